import { GetItemCommand, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { isTerminal, type Meeting } from '@meetingbot/crds-schema';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { LOCAL } from '../stack/places.ts';
import type { Room } from './host.fixture.ts';
import { ChaosStack, type Controller, leads } from './stack.fixture.ts';
import type { Stage } from './stage.ts';
import { PATIENCE } from './whole.fixture.ts';

const DAY = 24 * 60 * 60 * 1000;

describe('what the user wants at awkward moments', () => {
  let stack: ChaosStack;
  let controller: Controller;
  const rooms = new Map<string, Room>();

  beforeAll(async () => {
    stack = await ChaosStack.start('scripted');
    await lead();
  });
  afterAll(() => stack.close());

  async function lead(): Promise<void> {
    controller = await stack.startController();
    await vi.waitFor(async () => expect(await leads(controller)).toBe(true), PATIENCE);
  }
  const room = (name: string): Room => {
    const found = rooms.get(name) ?? stack.host.open(name);
    rooms.set(name, found);
    return found;
  };
  async function write(name: string, stage: Stage, spec: object = {}): Promise<Meeting> {
    room(name).go(stage);
    const join = { steps: [], joined: '#call' };
    return stack.api.create(name, { url: room(name).url, platform: 'web', join, ...spec });
  }
  const reaches = (name: string, phase: string) =>
    vi.waitFor(async () => expect((await stack.api.get(name)).status.phase).toBe(phase), PATIENCE);
  const isOver = (name: string) =>
    vi.waitFor(async () => {
      const meeting = await stack.api.get(name);
      expect(isTerminal(meeting.status.phase), `${name}: ${meeting.status.phase}`).toBe(true);
      return meeting.status;
    }, PATIENCE);
  const isGone = (name: string) =>
    vi.waitFor(async () => expect(await stack.api.find(name), name).toBeUndefined(), PATIENCE);
  /** The recorder hears that it shall leave when it reports for the first time: not before its task is remembered. */
  const isAdopted = async (name: string) => {
    await vi.waitFor(
      async () => expect((await stack.api.get(name)).status.attempts[0]?.taskArn).toBeDefined(),
      PATIENCE,
    );
    room(name).go('door');
  };
  const stop = (name: string) => stack.api.patch(name, { spec: { stop: true } });
  const objectsOf = async ({ metadata }: Meeting) =>
    (await stack.objects()).filter((key) => key.includes(metadata.uid)).map((key) => key.split('/').at(-1));
  const webhooksOf = ({ metadata }: Meeting) => stack.sink.deliveries.filter(({ uid }) => uid === metadata.uid);

  it('stops a Meeting in any phase, with what was recorded until then', async () => {
    await stack.fault({ operation: 'RunTask', kind: 'capacity', times: 1000 });
    await write('pending', 'call');
    await vi.waitFor(
      async () => expect((await stack.api.get('pending')).status.failedLaunches).toBeGreaterThan(0),
      PATIENCE,
    );
    await stop('pending');
    await isOver('pending');
    await stack.clearFaults();
    const scheduled = await write('scheduled', 'call', { startAt: new Date(Date.now() + DAY).toISOString() });
    await stop('scheduled');
    const lobby = await write('lobby', 'lobby');
    const recording = await write('recording', 'call');
    const deaf = await write('deaf', 'call');
    room('deaf').deafen();
    await reaches('lobby', 'Lobby');
    await stop('lobby');
    for (const name of ['recording', 'deaf']) await reaches(name, 'Recording');
    for (const name of ['recording', 'deaf']) await stop(name);
    // RunTask is done, its answer is late: the stop comes before we know that there is a task.
    await stack.fault({ operation: 'RunTask', kind: 'delay', ms: 2500 });
    await write('launching', 'outside');
    await vi.waitFor(async () => expect(await stack.tasks('launching')).toHaveLength(1), PATIENCE);
    await stop('launching');
    await isAdopted('launching');

    for (const name of ['pending', 'scheduled', 'lobby', 'launching']) {
      expect(await isOver(name), name).toMatchObject({
        phase: 'Cancelled',
        reason: 'StopRequested',
        attributedTo: 'User',
        outcome: 'None',
      });
    }
    expect(await isOver('recording')).toMatchObject({ phase: 'Completed', reason: 'StopRequested' });
    // It doesn't leave by itself: StopTask comes after the grace, and what it has is still finished.
    const ignored = await isOver('deaf');
    expect(ignored).toMatchObject({ phase: 'Completed', reason: 'StopRequested' });
    expect(ignored.attempts[0]?.stopTaskTime).toBeDefined();
    for (const meeting of [recording, deaf]) {
      expect((await objectsOf(meeting)).sort()).toEqual(['manifest.json', 'recording.mp4']);
      expect(new Set(webhooksOf(meeting).map(({ id }) => id)).size).toBe(1);
    }
    for (const meeting of [scheduled, lobby]) expect(webhooksOf(meeting)).toEqual([]);
    expect(await stack.tasks('scheduled')).toEqual([]);
    expect(await stack.tasks('pending')).toEqual([]);
    for (const name of ['lobby', 'recording', 'deaf', 'launching']) expect(await stack.tasks(name)).toHaveLength(1);
    expect(await stack.leftovers()).toEqual([]);
  });

  it('deletes a Meeting in any phase, its recording too where that is wanted', async () => {
    const gone = { deletionPolicy: 'Delete' };
    const kept = await write('kept', 'call');
    const recording = await write('unwanted', 'call', gone);
    const killed = await write('unwanted-killed', 'call', gone);
    const notified = await write('unwanted-notifying', 'outside', gone);
    for (const name of ['kept', 'unwanted', 'unwanted-killed']) await reaches(name, 'Recording');
    stack.sink.hold(notified.metadata.uid);
    room('unwanted-notifying').go('call');
    await vi.waitFor(async () => expect(await objectsOf(killed)).not.toEqual([]), PATIENCE);
    // Its task dies with an upload under way and no successor to come.
    await stack.api.delete('unwanted-killed');
    await stack.killTask((await stack.tasks('unwanted-killed'))[0]?.taskArn);
    for (const name of ['kept', 'unwanted']) await stack.api.delete(name);
    await stack.fault({ operation: 'RunTask', kind: 'delay', ms: 2500 });
    const launching = await write('unwanted-launching', 'outside', gone);
    await vi.waitFor(async () => expect(await stack.tasks('unwanted-launching')).toHaveLength(1), PATIENCE);
    await stack.api.delete('unwanted-launching');
    await isAdopted('unwanted-launching');
    await reaches('unwanted-notifying', 'Recording');
    await vi.waitFor(async () => expect(await objectsOf(notified)).not.toEqual([]), PATIENCE);
    room('unwanted-notifying').go('closed');
    await reaches('unwanted-notifying', 'Notifying');
    await stack.api.delete('unwanted-notifying');

    for (const name of ['kept', 'unwanted', 'unwanted-killed', 'unwanted-launching']) await isGone(name);
    stack.sink.release();
    await isGone('unwanted-notifying');

    for (const meeting of [recording, killed, launching, notified]) expect(await objectsOf(meeting)).toEqual([]);
    for (const meeting of [recording, killed, launching]) expect(webhooksOf(meeting)).toEqual([]);
    expect((await objectsOf(kept)).sort()).toEqual(['manifest.json', 'recording.mp4']);
    expect(webhooksOf(kept)).toHaveLength(1);
    expect(await stack.leftovers()).toEqual([]);
  });

  it('takes a name again at once, for another Meeting', async () => {
    const first = await write('again', 'lobby');
    await reaches('again', 'Lobby');
    await stack.api.delete('again');
    await isGone('again');
    const second = await write('again', 'call');

    await reaches('again', 'Recording');
    room('again').go('closed');
    const status = await isOver('again');

    expect(second.metadata.uid).not.toBe(first.metadata.uid);
    expect(status).toMatchObject({ phase: 'Completed', attempts: [{ number: 1 }] });
    expect(room('again').mostTogether).toBe(1);
    expect(await stack.leftovers()).toEqual([]);
  });

  it('goes on after the ECS endpoint was killed with all its tasks, with both parts in the file', async () => {
    const meetings = [await write('lost', 'call'), await write('lost-too', 'lobby')];
    await reaches('lost', 'Recording');
    await reaches('lost-too', 'Lobby');
    await vi.waitFor(
      async () => expect(await objectsOf(meetings[0] as Meeting)).toContain('take-1-000003.m4s'),
      PATIENCE,
    );

    await stack.kill(stack.ecs);
    await vi.waitFor(() => expect([room('lost').present, room('lost-too').present]).toEqual([0, 0]), PATIENCE);
    await stack.startEcs();
    room('lost-too').go('call');
    for (const name of ['lost', 'lost-too']) {
      await vi.waitFor(() => expect(room(name).arrivals).toEqual([1, 2]), PATIENCE);
      await reaches(name, 'Recording');
      room(name).go('closed');
    }

    expect(await isOver('lost')).toMatchObject({
      reason: 'HostEnded',
      outcome: 'Partial',
      attempts: [{ number: 1, stopCode: 'InfrastructureHealth', reason: 'RecorderLost' }, { number: 2 }],
    });
    expect(await isOver('lost-too')).toMatchObject({ reason: 'HostEnded', outcome: 'Complete' });
    for (const meeting of meetings) {
      expect(room(meeting.metadata.name).mostTogether).toBe(1);
      expect(webhooksOf(meeting)).toHaveLength(1);
    }
    expect(await stack.leftovers()).toEqual([]);
  });

  it('deletes recording and record when their days are over', async () => {
    const aged = await write('aged', 'call', { retentionDays: 1 });
    const young = await write('young', 'call', { retentionDays: 1 });
    for (const name of ['aged', 'young']) {
      await reaches(name, 'Recording');
      room(name).go('closed');
      await isOver(name);
    }
    expect(await stack.leftovers()).toEqual([]);

    await stack.stop(controller.service);
    await makeOlder(aged, 2 * DAY);
    await lead();
    await isGone('aged');

    expect(await objectsOf(aged)).toEqual([]);
    expect((await objectsOf(young)).sort()).toEqual(['manifest.json', 'recording.mp4']);
    expect(await stack.api.get('young')).toMatchObject({ status: { phase: 'Completed' } });
    expect(await stack.leftovers()).toEqual([]);
  });

  /** Time passes for one Meeting, as its item in the table says it. */
  async function makeOlder({ metadata }: Meeting, milliseconds: number): Promise<void> {
    const Key = { pk: { S: `ns#${metadata.namespace}` }, sk: { S: `meeting#${metadata.name}` } };
    const { Item = {} } = await stack.dynamodb.send(new GetItemCommand({ TableName: LOCAL.table, Key }));
    const meeting = JSON.parse(Item['doc']?.S ?? '') as Meeting;
    const endTime = new Date(Date.parse(meeting.status.endTime ?? '') - milliseconds).toISOString();
    const doc = { ...meeting, status: { ...meeting.status, endTime } };
    const dueAt = String(Number(Item['dueAt']?.N) - milliseconds);
    await stack.dynamodb.send(
      new PutItemCommand({
        TableName: LOCAL.table,
        Item: { ...Item, doc: { S: JSON.stringify(doc) }, dueAt: { N: dueAt } },
      }),
    );
  }
});
