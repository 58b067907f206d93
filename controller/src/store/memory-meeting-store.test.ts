import { expect, it } from 'vitest';
import { aMeeting } from './a-meeting.ts';
import { meetingStoreContract } from './meeting-store.contract.ts';
import { MemoryMeetingStore } from './memory-meeting-store.ts';

const clock = { now: () => 1_770_000_000_000 };

meetingStoreContract('the store in memory', async () => {
  const store = new MemoryMeetingStore(clock);
  return { store, changes: store, dispose: async () => {} };
});

it('issues the same versions in the same history', async () => {
  const history = async () => {
    const store = new MemoryMeetingStore(clock);
    const first = await store.create(aMeeting({ name: 'a' }), undefined);
    const second = await store.create(aMeeting({ name: 'b' }), undefined);
    return [first, second, await store.update(first, undefined)].map(({ metadata }) => metadata.resourceVersion);
  };

  expect(await history()).toEqual(['1770000000000000', '1770000000000001', '1770000000000002']);
  expect(await history()).toEqual(await history());
});
