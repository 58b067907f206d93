import { type Meeting, silentLogger } from '@meetingbot/crds-schema';
import { afterEach, describe, expect, it, vi } from 'vitest';
import type { DeliveryResult } from '../ports.ts';
import { aMeetingWith, anEndedAttempt, at } from './a-meeting-with.ts';
import { Outbox } from './outbox.ts';

const KEY = 'default/standup';
const meetingAt = (attempts: number, resend?: string) =>
  aMeetingWith({
    status: {
      phase: 'Notifying',
      reason: 'HostEnded',
      outcome: 'None',
      attempts: [anEndedAttempt('HostEnded')],
      webhook: { id: 'rec_1', attempts, nextAttemptAt: at(0), ...(resend === undefined ? {} : { resend }) },
    },
  });

/** An outbox whose receiver answers when the test says so. */
function anOutbox() {
  const sent: string[] = [];
  const answers: ((result: DeliveryResult) => void)[] = [];
  const done: string[] = [];
  const outbox = new Outbox({
    sender: {
      send: ({ id }) => {
        sent.push(id);
        return new Promise((resolve) => answers.push(resolve));
      },
    },
    log: silentLogger,
    body: { forcePathStyle: false },
    concurrency: 1,
    perSecond: 1000,
    done: (key) => done.push(key),
  });
  const answer = async (statusCode: number) => {
    answers.shift()?.({ kind: 'answered', statusCode });
    await new Promise(setImmediate);
  };
  return { outbox, sent, done, answer };
}

describe('Outbox', () => {
  it('has one try under way for a Meeting and keeps its answer until it is on record', async () => {
    const { outbox, sent, done, answer } = anOutbox();
    const meeting = meetingAt(0);

    outbox.deliver(meeting);
    outbox.deliver(meeting);
    expect(outbox.isUnderWay(KEY)).toBe(true);
    expect(outbox.answer(meeting)).toBeUndefined();
    await answer(200);

    expect(sent).toEqual(['rec_1']);
    expect(done).toEqual([KEY]);
    expect(outbox.isUnderWay(KEY)).toBe(false);
    expect(outbox.answer(meeting)).toEqual({ kind: 'answered', statusCode: 200 });
    outbox.settle(KEY);
    expect(outbox.answer(meeting)).toBeUndefined();
  });

  it('starts no other try while an answer waits to be recorded', async () => {
    const { outbox, sent, answer } = anOutbox();
    outbox.deliver(meetingAt(0));
    await answer(500);

    outbox.deliver(meetingAt(0));

    expect(sent).toHaveLength(1);
  });

  it('takes no answer to an earlier try for one to a later, or to a resend', async () => {
    const { outbox, sent, answer } = anOutbox();
    outbox.deliver(meetingAt(0));
    await answer(200);

    expect(outbox.answer(meetingAt(0, 'please'))).toBeUndefined();
    outbox.deliver(meetingAt(0, 'please'));

    expect(sent).toHaveLength(2);
  });

  it('is not held up by a Meeting whose webhook cannot be built', async () => {
    const { outbox, sent } = anOutbox();
    const broken = meetingAt(0);
    outbox.deliver({ ...broken, metadata: { ...broken.metadata, name: 'broken' }, spec: undefined as never });
    await new Promise(setImmediate);

    outbox.deliver(meetingAt(0));
    await new Promise(setImmediate);

    expect(sent).toHaveLength(1);
    expect(outbox.isUnderWay('default/broken')).toBe(false);
  });

  it('waits for the try under way when it stops', async () => {
    const { outbox, answer } = anOutbox();
    outbox.deliver(meetingAt(0));
    let isStopped = false;
    const stopping = outbox.stop().then(() => {
      isStopped = true;
    });
    await new Promise(setImmediate);
    expect(isStopped).toBe(false);

    await answer(200);
    await stopping;

    expect(isStopped).toBe(true);
  });

  it('lets no try begin that was waiting when the term of leading ended', async () => {
    const { outbox, sent, answer } = anOutbox();
    outbox.deliver(meetingAt(0));
    outbox.deliver(named('second'));

    outbox.clear();
    await answer(200);

    expect(sent).toHaveLength(1);
  });
});

const named = (name: string): Meeting => {
  const meeting = meetingAt(0);
  return { ...meeting, metadata: { ...meeting.metadata, name, uid: `uid-${name}` } };
};

describe('an outbox in which a thousand tries are due at once', () => {
  afterEach(() => vi.useRealTimers());

  it('sends them at its rate, so many at once, each once', async () => {
    vi.useFakeTimers();
    const sent: { at: number; uid: string }[] = [];
    let underWay = 0;
    let most = 0;
    const outbox = new Outbox({
      sender: {
        send: async ({ body }) => {
          sent.push({ at: Date.now(), uid: body.meeting.uid });
          underWay += 1;
          most = Math.max(most, underWay);
          await new Promise((resolve) => setTimeout(resolve, 300));
          underWay -= 1;
          return { kind: 'answered', statusCode: 200 };
        },
      },
      ...{ log: silentLogger, body: { forcePathStyle: false }, concurrency: 8, perSecond: 20, done: () => undefined },
    });
    const start = Date.now();

    for (let index = 0; index < 1000; index++) outbox.deliver(named(`m${index}`));
    await vi.advanceTimersByTimeAsync(60_000);

    expect(new Set(sent.map(({ uid }) => uid)).size).toBe(1000);
    expect(sent).toHaveLength(1000);
    expect(most).toBeLessThanOrEqual(8);
    const perSecond = Map.groupBy(sent, ({ at: moment }) => Math.floor((moment - start) / 1000));
    for (const [second, tries] of perSecond) expect(tries.length, `second ${second}`).toBeLessThanOrEqual(20);
    expect(perSecond.size).toBeLessThanOrEqual(52);
  });

  it('holds up nobody who only asks, however slow its receiver is', () => {
    const outbox = new Outbox({
      sender: { send: () => new Promise(() => undefined) },
      ...{ log: silentLogger, body: { forcePathStyle: false }, concurrency: 8, perSecond: 20, done: () => undefined },
    });

    for (let index = 0; index < 1000; index++) outbox.deliver(named(`m${index}`));

    // deliver, isUnderWay and answer are all that a reconcile calls; none of them waits.
    expect(outbox.isUnderWay('default/m999')).toBe(true);
    expect(outbox.answer(named('m999'))).toBeUndefined();
  });
});
