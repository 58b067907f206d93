import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { Api } from './api.fixture.ts';
import type { Room } from './host.fixture.ts';
import { ChaosStack, type Controller, leads } from './stack.fixture.ts';
import { expectWholeMeeting, PATIENCE } from './whole.fixture.ts';

const NAMES = [
  'pending',
  'scheduled',
  'joining',
  'lobby',
  'recording',
  'finalizing',
  'notifying',
  'launching',
] as const;
type Name = (typeof NAMES)[number];

describe('a controller that is killed', () => {
  let stack: ChaosStack;
  let controllers: Controller[];
  const rooms = new Map<Name | string, Room>();

  beforeAll(async () => {
    stack = await ChaosStack.start('scripted');
    controllers = [await stack.startController()];
    await isLed(controllers[0]);
  });
  afterAll(() => stack.close());

  const room = (name: string): Room => {
    const found = rooms.get(name) ?? stack.host.open(name);
    rooms.set(name, found);
    return found;
  };
  const write = (name: string, spec: object = {}, api = stack.api) =>
    api.create(name, { url: room(name).url, platform: 'web', join: { steps: [], joined: '#call' }, ...spec });
  const isLed = (controller: Controller | undefined) =>
    vi.waitFor(async () => expect(controller !== undefined && (await leads(controller))).toBe(true), PATIENCE);
  const reaches = (name: string, phase: string) =>
    vi.waitFor(async () => expect((await stack.api.get(name)).status.phase).toBe(phase), PATIENCE);

  const expectWhole = (name: string) => expectWholeMeeting(stack, name, room(name));

  it('goes on with Meetings in every phase, one recorder each', async () => {
    await stack.fault({ operation: 'RunTask', kind: 'capacity' });
    await write('pending');
    await vi.waitFor(
      async () => expect((await stack.api.get('pending')).status.attempts[0]?.reason).toBe('LaunchFailed'),
      PATIENCE,
    );
    await write('scheduled', { startAt: new Date(Date.now() + 3_600_000).toISOString() });
    for (const name of ['joining', 'lobby', 'recording', 'finalizing', 'notifying'] as const) await write(name);
    const { metadata: notifying } = await stack.api.get('notifying');
    stack.sink.hold(notifying.uid);
    room('joining').go('door');
    room('lobby').go('lobby');
    for (const name of ['recording', 'finalizing', 'notifying'] as const) room(name).go('call');
    for (const name of ['recording', 'finalizing', 'notifying'] as const) await reaches(name, 'Recording');
    room('finalizing').go('over');
    room('notifying').go('closed');
    await vi.waitFor(() => expect(stack.sink.deliveries.map(({ uid }) => uid)).toContain(notifying.uid), PATIENCE);
    // RunTask is done, its answer never comes: the controller dies before it could write the ARN.
    await stack.fault({ operation: 'RunTask', kind: 'hangAfter', times: 1000 });
    await write('launching');
    await vi.waitFor(async () => expect(await stack.tasks('launching')).toHaveLength(1), PATIENCE);
    for (const [name, phase] of [
      ['scheduled', 'Scheduled'],
      ['joining', 'Joining'],
      ['lobby', 'Lobby'],
      ['recording', 'Recording'],
      ['finalizing', 'Finalizing'],
      ['notifying', 'Notifying'],
    ] as const) {
      await reaches(name, phase);
    }
    const launching = await stack.api.get('launching');
    expect(launching.status).toMatchObject({ phase: 'Launching', attempts: [{ number: 1 }] });
    expect(launching.status.attempts[0]?.taskArn).toBeUndefined();

    const [first] = controllers as [Controller];
    await stack.kill(first.service);
    await stack.clearFaults();
    // The world doesn't wait for us.
    room('joining').go('lobby');
    room('lobby').go('call');
    room('recording').go('over');
    room('finalizing').go('closed');
    room('launching').go('door');
    stack.sink.release();
    controllers = [await stack.startController()];
    await isLed(controllers[0]);

    await stack.api.patch('scheduled', { spec: { startAt: new Date().toISOString() } });
    for (const name of ['pending', 'scheduled', 'joining', 'lobby', 'launching'] as const) room(name).go('call');
    for (const name of ['pending', 'scheduled', 'joining', 'lobby', 'launching'] as const) {
      await reaches(name, 'Recording');
    }
    for (const name of NAMES) room(name).go('closed');
    for (const name of NAMES) await expectWhole(name);
    // The try that was under way died with its controller; more than one may have gone unanswered before that.
    const tries = stack.sink.deliveries.filter(({ uid }) => uid === notifying.uid);
    expect(tries.length).toBeGreaterThanOrEqual(2);
    expect(await stack.leftovers()).toEqual([]);
  });

  it('is replaced by another within 20 s, at once when it is asked to go', async () => {
    const [first] = controllers as [Controller];
    const second = await stack.startController();
    expect(await leads(second)).toBe(false);
    for (const name of ['kept', 'ended', 'new']) room(name).go('call');
    await write('kept');
    await write('ended');
    await reaches('kept', 'Recording');
    await reaches('ended', 'Recording');

    const killedAt = performance.now();
    await stack.kill(first.service);
    room('ended').go('closed');
    await write('new');
    await isLed(second);
    const takeover = performance.now() - killedAt;

    const third = await stack.startController();
    const askedAt = performance.now();
    await stack.stop(second.service);
    await isLed(third);
    const handover = performance.now() - askedAt;
    controllers = [third];

    console.log(`takeover ${(takeover / 1000).toFixed(1)} s, hand-over ${(handover / 1000).toFixed(1)} s`);
    expect(takeover).toBeLessThan(20_000);
    // Two seconds between two tries, and what the process needs to end.
    expect(handover).toBeLessThan(6_000);
    for (const name of ['kept', 'new']) await reaches(name, 'Recording');
    for (const name of ['kept', 'new']) room(name).go('closed');
    for (const name of ['kept', 'ended', 'new']) await expectWhole(name);
    expect(await stack.leftovers()).toEqual([]);
  });

  it('leads beside another for a moment, and no promise is broken', async () => {
    const [paused] = controllers as [Controller];
    const other = await stack.startController();
    const names = Array.from({ length: 6 }, (_, index) => `twice-${index}`);
    for (const name of names) room(name).go('call');
    await write('twice-0');
    await reaches('twice-0', 'Recording');

    process.kill(paused.service.pid, 'SIGSTOP');
    stack.balancer.replicas.reverse();
    await isLed(other);
    await Promise.all(['twice-1', 'twice-2'].map((name) => write(name)));
    process.kill(paused.service.pid, 'SIGCONT');
    // The one that woke up takes some of them for its own, the other finds the same in the table.
    const asleep = new Api(paused.url);
    await Promise.all(['twice-3', 'twice-4'].map((name) => write(name, {}, asleep)));
    await write('twice-5');

    await vi.waitFor(async () => expect(await leads(paused)).toBe(false), PATIENCE);
    expect(await leads(other)).toBe(true);
    for (const name of names) await reaches(name, 'Recording');
    for (const name of names) room(name).go('closed');
    for (const name of names) await expectWhole(name);
    expect(await stack.leftovers()).toEqual([]);
  });
});
