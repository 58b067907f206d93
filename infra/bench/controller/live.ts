import { type CallCounts, callCounts, callsPer } from './call-counts.ts';
import { untilMetric } from './controller-metrics.ts';
import { type LifeCost, measureLife } from './life.ts';
import { LoadGenerator } from './load-generator.ts';
import { percentile } from './numbers.ts';
import { measurePlainLoop, type PlainFigures } from './plain.ts';
import { Rig } from './rig.ts';
import { measureSteady, type Steady } from './steady.ts';

/** Production's: RecorderSettings' default. */
const HEARTBEAT_MS = 10_000;
/** Meetings whose whole life is counted, and that are written to measure the API. */
const GROUP = 100;
const BURST = 1000;
const PAGE = 500;
const LISTS = 20;
const DAY_MS = 24 * 60 * 60 * 1000;

export interface LiveOptions {
  /** Meetings alive at once. */
  live: number;
  /** Meetings written a second. */
  rate: number;
  /** Length of a steady stretch. */
  seconds: number;
  say: (line: string) => void;
}

/** What was measured with so many Meetings alive. */
export interface LiveFigures {
  live: number;
  /** Milliseconds from the request that writes a Meeting, and from its answer, to RunTask at ECS. */
  launch: { fromRequest: { p50: number; p99: number }; fromAnswer: { p50: number; p99: number }; rate: number };
  /** A Meeting, from its write to its recording. */
  callsToRecording: CallCounts;
  heartbeats: Steady & { sent: number; failed: number; p50: number; p99: number };
  quiet: Steady;
  life: LifeCost;
  createsPerSecond: number;
  list: { limit: number; p50: number; p99: number };
  plain: PlainFigures[];
}

/** One measurement from an empty table. */
export async function measureLive({ live, rate, seconds, say }: LiveOptions): Promise<LiveFigures> {
  const rig = await Rig.start();
  let load: LoadGenerator | undefined;
  try {
    const { info } = await rig.startController();
    load = await LoadGenerator.start(info.url);
    const both = { rig, load };
    say('warming up: a group of Meetings through their whole lives');
    await measureLife(both, { prefix: 'warm', count: GROUP, background: {} });

    say(`writing ${live} Meetings, ${rate} a second`);
    const before = await callCounts(info.url);
    const created = await load.do('create', { prefix: 'live', count: live, rate });
    const launched = await rig.untilLaunched('live-', live);
    const launch = { ...launchLatency(created, launched), rate };
    const recorders = launched.map(({ recorder }) => recorder);
    for (const phase of ['Joining', 'Recording'] as const) await load.do('report', { recorders, phase });
    await untilMetric(info.url, ['workqueue_depth'], (depth) => depth === 0);
    const callsToRecording = callsPer(before, await callCounts(info.url), live);

    say(`steady for ${seconds} s, a heartbeat of each every ${HEARTBEAT_MS / 1000} s`);
    const warm = HEARTBEAT_MS / 1000 + 2;
    const beating = load.do('beat', { recorders, intervalMs: HEARTBEAT_MS, seconds: warm + seconds });
    await new Promise((resolve) => setTimeout(resolve, warm * 1000));
    const steady = await measureSteady(rig, seconds, load.pid);
    const heartbeats = { ...steady, ...(await beating) };
    say('steady without heartbeats');
    await new Promise((resolve) => setTimeout(resolve, 3000));
    const quiet = await measureSteady(rig, seconds);

    say('lives, lists and a burst of writes beside them');
    const life = await measureLife(both, { prefix: 'life', count: GROUP, background: quiet.callsPerSecond });
    const limit = Math.min(PAGE, live);
    const lists = await load.do('list', { limit, times: LISTS });
    const createsPerSecond = await burst(load);
    await load.stop();
    await rig.stopController();

    const plain: PlainFigures[] = [];
    for (const batch of [1, 100]) {
      say(`the plain loop, ${batch} task${batch === 1 ? '' : 's'} a call`);
      plain.push(await measurePlainLoop(rig, { batch, seconds, rate }));
    }
    return {
      ...{ live, launch, callsToRecording, heartbeats, quiet, life, createsPerSecond, plain },
      list: { limit, p50: percentile(lists, 50), p99: percentile(lists, 99) },
    };
  } finally {
    await load?.stop();
    await rig.close();
  }
}

function launchLatency(
  created: readonly { name: string; sentAt: number; answeredAt: number; status: number }[],
  launched: Awaited<ReturnType<Rig['untilLaunched']>>,
): Pick<LiveFigures['launch'], 'fromAnswer' | 'fromRequest'> {
  const startedAt = new Map(launched.map(({ recorder, createdAt }) => [recorder.name, createdAt]));
  const refused = created.filter(({ status }) => status !== 201);
  if (refused.length > 0)
    throw new Error(`${refused.length} writes were refused, the first with ${refused[0]?.status}`);
  const since = (from: 'sentAt' | 'answeredAt') => {
    const took = created.map((each) => (startedAt.get(each.name) ?? Number.NaN) - each[from]);
    return { p50: percentile(took, 50), p99: percentile(took, 99) };
  };
  return { fromRequest: since('sentAt'), fromAnswer: since('answeredAt') };
}

/** Meetings of tomorrow, as fast as they are taken. */
async function burst(load: LoadGenerator): Promise<number> {
  const startAt = new Date(Date.now() + DAY_MS).toISOString();
  const created = await load.do('create', { prefix: 'burst', count: BURST, rate: 0, startAt });
  const from = Math.min(...created.map(({ sentAt }) => sentAt));
  const until = Math.max(...created.map(({ answeredAt }) => answeredAt));
  return (created.filter(({ status }) => status === 201).length * 1000) / (until - from);
}
