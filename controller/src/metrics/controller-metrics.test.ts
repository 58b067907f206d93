import type { Meeting } from '@meetingbot/crds-schema';
import { describe, expect, it } from 'vitest';
import { ARN, aMeetingWith, aReport, at, aWholeLook, CREATED } from '../reconcile/a-meeting-with.ts';
import { DEFAULT_POLICY } from '../reconcile/policy.ts';
import { applyReport } from '../reconcile/report.ts';
import * as to from '../reconcile/transitions/index.ts';
import { ControllerMetrics } from './controller-metrics.ts';

const policy = { ...DEFAULT_POLICY, webhookEnabled: true };
const size = { vcpu: 1, memoryGib: 2, capacityProvider: 'FARGATE', architecture: 'x86_64' };
const later = (ms: number) => CREATED + ms;
const delivered = { kind: 'answered', statusCode: 202 } as const;

function reported(meeting: Meeting, change: Parameters<typeof aReport>[0]): Meeting {
  const effect = applyReport(meeting, aReport(change), later(30_000), policy);
  if (effect.kind !== 'changed') throw new Error(`expected a change, got ${effect.kind}`);
  return effect.meeting;
}

const begin = (meeting: Meeting, ms: number) =>
  to.begun(meeting, { mode: 'record', taskDefinition: 'recorder:1', slot: 1 }, later(ms));
const join = { joinedAt: at(50_000), recordingStartedAt: at(50_000) };
const task = { taskArn: ARN, state: 'Stopped', createdAt: later(1_000), stoppedAt: later(721_000), size } as const;

/** Each write of a Meeting whose first recorder is lost in the lobby, whose second records it all, and what came after. */
function aLife(): Meeting[] {
  const writes = [aMeetingWith()];
  const write = (change: (meeting: Meeting) => Meeting) => writes.push(change(writes.at(-1) as Meeting));
  write((meeting) => begin(meeting, 0));
  write((meeting) => to.launched(meeting, ARN, later(1_000)));
  write((meeting) => reported(meeting, { sequence: 1 }));
  write((meeting) => reported(meeting, { sequence: 2, phase: 'Lobby', at: at(20_000) }));
  write((meeting) => to.attemptEnded(meeting, { reason: 'RecorderLost', message: 'lost' }, task, later(0), later(0)));
  write((meeting) => begin(meeting, 25_000));
  write((meeting) => to.launched(meeting, ARN, later(26_000)));
  write((meeting) => reported(meeting, { attempt: 2, sequence: 1, phase: 'Lobby', at: at(30_000) }));
  write((meeting) => reported(meeting, { attempt: 2, sequence: 2, phase: 'Recording', ...join }));
  write((meeting) =>
    to.attemptEnded(meeting, { reason: 'HostEnded', message: 'over' }, task, later(0), later(721_000)),
  );
  write((meeting) => to.concluded(meeting, 'HostEnded', later(722_000)));
  write((meeting) => to.settled(meeting, aWholeLook(), later(662_000), policy));
  write((meeting) => to.deliveryRecorded(meeting, { kind: 'answered', statusCode: 503 }, 0, later(663_000), policy));
  write((meeting) =>
    to.finished(to.deliveryRecorded(meeting, delivered, 0, later(665_000), policy), 'delivered', later(0)),
  );
  write((meeting) => to.resendBegun(meeting, later(900_000)));
  write((meeting) =>
    to.finished(to.deliveryRecorded(meeting, delivered, 0, later(901_000), policy), 'delivered', later(0)),
  );
  return writes;
}

/** Nonzero samples without `le`, by name and labels. */
async function samples(metrics: ControllerMetrics, prefix: RegExp): Promise<Record<string, number>> {
  const found: Record<string, number> = {};
  for (const [, name = '', value] of (await metrics.registry.metrics()).matchAll(/^([^#\s]\S*(?:\{.*\})?) (\S+)$/gm)) {
    if (prefix.test(name) && !name.includes('le="') && Number(value) !== 0) found[name] = Number(value);
  }
  return found;
}

/** @param die - after how many writes the process dies and another begins */
function watched(writes: Meeting[], die = writes.length): ControllerMetrics[] {
  const processes = [new ControllerMetrics({ version: '1' }), new ControllerMetrics({ version: '1' })] as const;
  for (const [index, after] of writes.entries()) {
    const metrics = index < die ? processes[0] : processes[1];
    const before = writes[index - 1];
    if (before === undefined) metrics.meetingCreated(after);
    else metrics.meetingWritten(before, after);
  }
  return [...processes];
}

describe('metrics of a Meeting', () => {
  it('count each stage once, over two recorders and a webhook that is sent twice', async () => {
    const [metrics] = watched(aLife());
    const { platform } = aMeetingWith().spec;
    const stage = (name: string) => `meetingbot_funnel_total{platform="${platform}",stage="${name}"}`;
    expect(await samples(metrics as ControllerMetrics, /^meetingbot_(funnel|meetings_ended|admitted)/)).toEqual({
      [stage('requested')]: 1,
      [stage('launched')]: 1,
      [stage('lobby')]: 1,
      [stage('admitted')]: 1,
      [stage('recording')]: 1,
      [stage('uploaded')]: 1,
      [stage('notified')]: 1,
      [`meetingbot_meetings_ended_total{platform="${platform}",outcome="Complete",reason="HostEnded",attributed_to="Host"}`]: 1,
      [`meetingbot_admitted_meetings_ended_total{platform="${platform}",result="whole"}`]: 1,
    });
  });

  it('tell how long each step took, what was recorded and what it cost', async () => {
    const [metrics] = watched(aLife());
    const { platform } = aMeetingWith().spec;
    const found = await samples(metrics as ControllerMetrics, /^meetingbot_.*(_sum|_total)/);
    expect(found).toMatchObject({
      meetingbot_launch_latency_seconds_sum: 1,
      [`meetingbot_door_latency_seconds_sum{platform="${platform}"}`]: 20,
      [`meetingbot_lobby_latency_seconds_sum{platform="${platform}"}`]: 30,
      [`meetingbot_join_latency_seconds_sum{platform="${platform}"}`]: 50,
      meetingbot_finalize_latency_seconds_sum: 2,
      meetingbot_notify_latency_seconds_sum: 3,
      meetingbot_end_to_end_latency_seconds_sum: 5,
      meetingbot_recorded_seconds_total: 600,
      meetingbot_recorded_bytes_total: 1_000_000,
      'meetingbot_webhook_tries_total{outcome="delivered"}': 2,
      'meetingbot_webhook_tries_total{outcome="failed"}': 1,
      'meetingbot_attempts_ended_total{reason="RecorderLost",attributed_to="Infrastructure"}': 1,
      'meetingbot_attempts_ended_total{reason="HostEnded",attributed_to="Host"}': 1,
      'meetingbot_recorder_vcpu_seconds_total{capacity="on-demand"}': 1440,
    });
    // Two tasks of 0.2 h, each 1 vCPU at $0.04048 and 2 GiB at $0.004445 an hour.
    expect(found['meetingbot_recorder_dollars_total{capacity="on-demand"}']).toBeCloseTo(
      0.4 * (0.04048 + 2 * 0.004445),
      9,
    );
  });

  it('add up to the same over a restart between any two writes', async () => {
    const writes = aLife();
    const all = /^meetingbot_(?!build)/;
    const whole = await samples(watched(writes)[0] as ControllerMetrics, all);
    for (let die = 0; die <= writes.length; die++) {
      const sum: Record<string, number> = {};
      for (const process of watched(writes, die)) {
        for (const [name, value] of Object.entries(await samples(process, all))) sum[name] = (sum[name] ?? 0) + value;
      }
      const rounded = (counts: Record<string, number>) =>
        Object.fromEntries(
          Object.entries(counts)
            .map(([name, value]) => [name, Number(value.toFixed(9))])
            .sort(),
        );
      expect(rounded(sum), `restart after write ${die}`).toEqual(rounded(whole));
    }
  });

  it('say where one without a recording leaked, and whose doing it was', async () => {
    const metrics = new ControllerMetrics({ version: '1' });
    const lobby = reported(to.launched(begin(aMeetingWith(), 0), ARN, later(1)), { phase: 'Lobby' });
    const concluded = to.concluded(lobby, 'LobbyTimeout', later(0));
    metrics.meetingWritten(concluded, to.settled(concluded, { kind: 'none' }, later(0), policy));
    expect(await samples(metrics, /^meetingbot_funnel_leaks/)).toEqual({
      'meetingbot_funnel_leaks_total{stage="lobby",reason="LobbyTimeout",attributed_to="Host"}': 1,
    });
  });

  it('tell a webhook that was given up from one that was delivered', async () => {
    const metrics = new ControllerMetrics({ version: '1' });
    const before = aLife().findLast(({ status }) => status.phase === 'Notifying' && status.notifiedAt === undefined);
    metrics.meetingWritten(before as Meeting, to.finished(before as Meeting, 'gaveUp', later(0)));
    expect(await samples(metrics, /given_up|admitted/)).toEqual({
      meetingbot_webhooks_given_up_total: 1,
      [`meetingbot_admitted_meetings_ended_total{platform="${aMeetingWith().spec.platform}",result="untold"}`]: 1,
    });
  });
});
