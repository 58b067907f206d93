import figures from './figures.json' with { type: 'json' };
import { LIMITS, type Limit } from './limits.ts';

/** What the figures are multiplied with. */
export const ASSUMED = {
  /** Of a recorder. */
  vcpu: 1,
  /** Minutes of a meeting, and of its task beside. */
  minutes: 45,
  overheadMinutes: 6,
  /** Meetings begin on the hour: that share of those alive begins at one moment. */
  startTogether: 0.5,
  leadSeconds: 180,
  heartbeatSeconds: 10,
  /** Segments and parts of a recording. */
  putsAMinute: 18,
  mediaMbps: 2.5,
  /** Shards of each of the two indexes, and write units of one Meeting's write in one of them. */
  shards: 4,
  indexUnitsAWrite: 2,
  /** What one replica should carry, in cores: Node runs on one. */
  coresAReplica: 0.5,
  /** The task watcher: 100 tasks a call, a call every 100 ms at most. */
  tasksACall: 100,
  callsASecond: 10,
  lookEverySeconds: 2,
} as const;

export interface Need {
  what: string;
  limit: Limit;
  /** In the limit's unit. */
  needed: number;
}

/** What so many meetings at once ask of each limit, the tightest first. */
export function needsOf(meetings: number): Need[] {
  const a = ASSUMED;
  const arrivals = meetings / ((a.minutes + a.overheadMinutes) * 60);
  const together = (meetings * a.startTogether) / a.leadSeconds;
  const launches = Math.max(arrivals, together);
  const writes = launches * figures.aMeeting.dynamodbWrites;
  const looks = Math.min(a.callsASecond, Math.ceil(meetings / a.tasksACall) / a.lookEverySeconds);
  const needs: Need[] = [
    { what: 'vCPUs', limit: LIMITS.vcpu, needed: meetings * a.vcpu },
    { what: 'launches a second at the hour', limit: LIMITS.launches, needed: launches },
    { what: 'RunTask a second at the hour', limit: LIMITS.runTask, needed: launches * figures.aMeeting.runTasks },
    { what: 'DescribeTasks a second', limit: LIMITS.reads, needed: looks },
    { what: 'network interfaces', limit: LIMITS.interfaces, needed: meetings },
    { what: 'addresses', limit: LIMITS.addresses, needed: meetings },
    {
      what: 'write units a second in the hottest index shard',
      limit: LIMITS.partitionWrites,
      needed: (writes * a.indexUnitsAWrite) / a.shards,
    },
    {
      what: 'write units a second of the table',
      limit: LIMITS.tableWrites,
      needed: writes * (4 + 2 * a.indexUnitsAWrite),
    },
    { what: 'S3 PUT a second', limit: LIMITS.s3Writes, needed: (meetings * a.putsAMinute) / 60 },
    { what: 'Gbit/s of meetings through one NAT gateway', limit: LIMITS.nat, needed: (meetings * a.mediaMbps) / 1000 },
  ];
  return needs.sort((one, other) => shareOf(other) - shareOf(one));
}

/** How much of its limit a need is; above 1 it does not fit. */
export function shareOf({ limit, needed }: Need): number {
  return needed / limit.value;
}

/** Seconds between two looks at the same task. */
export function lookSeconds(meetings: number): number {
  return Math.max(ASSUMED.lookEverySeconds, meetings / ASSUMED.tasksACall / ASSUMED.callsASecond);
}

/** Controllers that the heartbeats ask for; one of them leads, and two are the least. */
export function replicasFor(meetings: number): number {
  const { coresWithHeartbeats, coresWithout, liveMeetings } = figures.steady;
  const cores = coresWithout + (meetings * (coresWithHeartbeats - coresWithout)) / liveMeetings;
  return Math.max(2, Math.ceil(cores / ASSUMED.coresAReplica) + 1);
}

/** Seconds ahead of the hour that recorders must be launched, so that all are there. */
export function leadFor(meetings: number): number {
  return Math.ceil((meetings * ASSUMED.startTogether) / LIMITS.launches.value);
}

/**
 * Meetings that one account and region should carry: what can't be raised by request sets it, with a half to spare, and
 * a start at the hour that is over within ten minutes.
 */
export function cellSize(): number {
  const fixed = (meetings: number) =>
    needsOf(meetings).filter(({ limit, what }) => limit.code === undefined && !/hour/.test(what));
  for (let meetings = 20_000; ; meetings -= 1000) {
    const fits = fixed(meetings).every((need) => shareOf(need) <= (need.limit === LIMITS.s3Writes ? 1 : 0.5));
    if (meetings <= 1000 || (fits && leadFor(meetings) <= 600)) return meetings;
  }
}
