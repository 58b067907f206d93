import { systemClock } from '@meetingbot/crds-schema';
import { expect, it } from 'vitest';
import { ApiUnderTest, MEETINGS } from './api-under-test.ts';
import { eventually, listen, WatchClient } from './watch-client.fixture.ts';

const WATCHERS = 500;
const CHANGES = 40;

it('tells 500 watchers of every change, in order, writing each once, and leaves nothing behind', async () => {
  const api = new ApiUnderTest({}, { clock: systemClock });
  const url = await listen(api.app);
  const { version } = api.feed.mark();
  const watch = () => new WatchClient(`${url}${MEETINGS}?watch=true&resourceVersion=${version}`);
  const watchers = Array.from({ length: WATCHERS }, watch);
  await eventually(
    () => api.feed.listeners === WATCHERS,
    () => `${api.feed.listeners} watchers`,
  );
  let written = 0;
  const toJSON = () => {
    written++;
    return {};
  };

  let meeting = await api.create('m');
  for (let count = 1; count < CHANGES; count++) {
    // JSON.stringify asks it: once for the store, and once for all watchers.
    const context = Object.assign({ botId: `bot-${count}` }, { toJSON });
    meeting = await api.store.update({ ...meeting, spec: { ...meeting.spec, context } }, undefined);
  }

  await Promise.all(watchers.map((watcher) => watcher.until(CHANGES)));
  expect(written).toBe(2 * (CHANGES - 1));
  const versions = (watcher: WatchClient) => watcher.lines.map(({ object }) => object.metadata.resourceVersion);
  const [first = []] = watchers.map(versions);
  expect(first).toHaveLength(CHANGES);
  expect(first).toEqual([...first].sort());
  for (const watcher of watchers) expect(versions(watcher)).toEqual(first);

  for (const watcher of watchers) watcher.close();
  await eventually(
    () => api.feed.listeners === 0 && !api.watches.poller.isRunning,
    () => `${api.feed.listeners} listeners`,
  );
  await api.app.close();
});
