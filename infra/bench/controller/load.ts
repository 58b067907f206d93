import type { RecorderReport } from '@meetingbot/crds-schema';
import { systemClock } from '@meetingbot/crds-schema';
import type { Created, LoadCalls, LoadRequest, PlayedRecorder } from './load-calls.ts';
import { percentile } from './numbers.ts';
import { Wires } from './wire.ts';

/** The load generator's process: users who write Meetings and recorders that report. Its one argument is the API's URL. */
const CONNECTIONS = 32;
const PATH = '/apis/meetingbot.dev/v1/namespaces/default/meetings';
const wires = await Wires.open(process.argv[2] ?? '', CONNECTIONS);
const sequences = new Map<string, number>();

const calls: { [K in keyof LoadCalls]: (args: LoadCalls[K]['args']) => Promise<LoadCalls[K]['result']> } = {
  async create({ prefix, count, rate, startAt }) {
    const start = performance.now();
    const spec = {
      ...{ url: 'https://meet.example.com/room', platform: 'web', join: { steps: [], joined: '#call' } },
      ...(startAt === undefined ? {} : { startAt }),
    };
    const one = async (index: number): Promise<Created> => {
      const name = `${prefix}-${index}`;
      const sentAt = Date.now();
      const body = JSON.stringify({ metadata: { name }, spec });
      const { status } = await wires.send('POST', PATH, 'content-type: application/json\r\n', body);
      return { name, sentAt, answeredAt: Date.now(), status };
    };
    const pending: Promise<Created>[] = [];
    for (let index = 0; index < count; index++) {
      const due = rate === 0 ? 0 : start + (index * 1000) / rate - performance.now();
      if (due > 1) await systemClock.sleep(due);
      pending.push(one(index));
    }
    return Promise.all(pending);
  },

  async report({ recorders, phase }) {
    const answers = await Promise.all(recorders.map((recorder) => tell(recorder, phase)));
    return { failed: answers.filter(({ status }) => status !== 200).length };
  },

  async beat({ recorders, intervalMs, seconds }) {
    const took: number[] = [];
    let failed = 0;
    const start = performance.now();
    const pending: Promise<void>[] = [];
    const total = Math.floor((seconds * 1000 * recorders.length) / intervalMs);
    for (let beat = 0; beat < total; beat++) {
      const due = start + (beat * intervalMs) / recorders.length - performance.now();
      if (due > 2) await systemClock.sleep(due);
      const recorder = recorders[beat % recorders.length];
      if (recorder === undefined) break;
      const sentAt = performance.now();
      pending.push(
        tell(recorder, 'Recording').then(({ status }) => {
          took.push(performance.now() - sentAt);
          if (status !== 200) failed += 1;
        }),
      );
    }
    await Promise.all(pending);
    return { sent: took.length, failed, p50: percentile(took, 50), p99: percentile(took, 99) };
  },

  async list({ limit, times }) {
    const took: number[] = [];
    for (let time = 0; time < times; time++) {
      const sentAt = performance.now();
      const { status, body } = await wires.send('GET', `${PATH}?limit=${limit}`, 'accept: application/json\r\n', '');
      took.push(performance.now() - sentAt);
      const { items } = JSON.parse(body) as { items: unknown[] };
      if (status !== 200 || items.length !== limit) throw new Error(`list: ${status}, ${items.length} items`);
    }
    return took;
  },
};

function tell({ name, uid, attempt, token }: PlayedRecorder, phase: RecorderReport['phase']) {
  const sequence = (sequences.get(uid) ?? 0) + 1;
  sequences.set(uid, sequence);
  const now = new Date().toISOString();
  const joined = phase === 'Joining' ? {} : { joinedAt: now, recordingStartedAt: now, participants: 4 };
  const recorder: RecorderReport = {
    ...{ attempt, sequence, phase, at: now, ...joined },
    ...(phase === 'Done' ? { result: { reason: 'HostEnded' as const, manifest: true } } : {}),
    health: {
      ...{ framesPerSecond: 25, duplicatedFrames: 3, droppedFrames: 0, encoderSpeed: 1, audioRmsDb: -31.4 },
      ...{ secondsSinceSound: 0.2, uploadLagSeconds: 3.1, cpuCores: 0.52, memoryBytes: 512_000_000 },
    },
  };
  const headers = `authorization: Bearer ${token}\r\ncontent-type: application/merge-patch+json\r\n`;
  return wires.send('PATCH', `${PATH}/${name}/status`, headers, JSON.stringify({ status: { recorder } }));
}

process.on('message', (message: LoadRequest) => {
  const { id, call, args } = message;
  // The names of calls and the types of their arguments go together: LoadRequest says so.
  const run = calls[call] as (args: unknown) => Promise<unknown>;
  run(args).then(
    (result) => process.send?.({ id, result }),
    (error: unknown) => process.send?.({ id, error: String(error) }),
  );
});
process.on('disconnect', () => process.exit(0));
process.send?.({ id: 0, result: 'ready' });
