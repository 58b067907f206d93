import { expect, vi } from 'vitest';
import type { Room } from './host.fixture.ts';
import type { ChaosStack } from './stack.fixture.ts';

/** Far more than it takes, on a machine that has other things to do. */
export const PATIENCE = { timeout: 120_000, interval: 100 };

/** What must hold of every Meeting that its host ended, whatever became of the controllers meanwhile. */
export async function expectWholeMeeting(stack: ChaosStack, name: string, room: Room): Promise<void> {
  await vi.waitFor(async () => expect((await stack.api.get(name)).status.phase).toBe('Completed'), PATIENCE);
  // A recording and its webhook don't wait for the recorder's last breath.
  await vi.waitFor(() => expect(room.present, `${name}: recorders that stay`).toBe(0), PATIENCE);
  const { metadata, status } = await stack.api.get(name);
  expect(status, name).toMatchObject({ reason: 'HostEnded', outcome: 'Complete' });
  await expectOneRecorder(stack, name, room);
  expect(status.attempts.flatMap(({ taskArn }) => taskArn ?? [])).toEqual(
    (await stack.tasks(name)).map(({ taskArn }) => taskArn),
  );
  const tries = stack.sink.deliveries.filter(({ uid }) => uid === metadata.uid);
  expect([...new Set(tries.map(({ id }) => id))], `${name}: webhook ids`).toEqual([status.webhook?.id]);
  expect(status.webhook?.deliveredAt, name).toBeDefined();
  const objects = (await stack.objects()).filter((key) => key.includes(metadata.uid));
  expect(objects.map((key) => key.split('/').at(-1)).sort(), name).toEqual(['manifest.json', 'recording.mp4']);
}

/** One task was ever started for a Meeting that lost no recorder, and its host never saw two. */
export async function expectOneRecorder(stack: ChaosStack, name: string, room: Room): Promise<void> {
  expect(room.mostTogether, `${name}: recorders in the meeting at once`).toBe(1);
  expect(await stack.tasks(name), `${name}: tasks in ECS`).toHaveLength(1);
}
