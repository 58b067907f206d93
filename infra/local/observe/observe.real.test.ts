import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { EndReason } from '@meetingbot/crds-schema';
import {
  alertGroups,
  ask,
  dashboardFiles,
  previewOf,
  ruleFiles,
  type ShownDashboard,
  type Times,
} from '@meetingbot/dashboards';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { ChaosStack, type Controller, leads } from '../chaos/stack.fixture.ts';
import { launchParticipantBrowser } from '../meeting/browser.ts';
import { projectRoot } from '../stack/places.ts';
import { type AlertReceiver, startAlertReceiver } from './alerts.fixture.ts';
import { type DebianService, freePort } from './debian-service.ts';
import { startPrometheus } from './prometheus.ts';

/** Far more than it takes, on a machine that has other things to do. */
const PATIENCE = { timeout: 90_000, interval: 200 };
/** How long a failed recording is told of here; ten minutes are for people. */
const EVENT = '30s';
const RENAMED = 'meetingbot_meetings_ended_total';

describe('Prometheus and Alertmanager on the running stack', { timeout: 300_000 }, () => {
  let stack: ChaosStack;
  let controller: Controller;
  let settings: Record<string, string>;
  let receiver: AlertReceiver;
  let prometheus: DebianService;
  let renamed: DebianService;
  let on: Awaited<ReturnType<typeof write>>;
  const began = Date.now() / 1000;
  const dashboards = Object.values(dashboardFiles()).map((text) => JSON.parse(text) as ShownDashboard);

  const query = async (expr: string, url = prometheus.url): Promise<Record<string, number>> => {
    const response = await fetch(`${url}/api/v1/query?${new URLSearchParams({ query: expr })}`);
    const { status, error, data } = (await response.json()) as {
      status: string;
      error?: string;
      data: { result: { metric: Record<string, string>; value: [number, string] }[] };
    };
    if (status !== 'success') throw new Error(`${expr}: ${error}`);
    return Object.fromEntries(
      data.result.map(({ metric, value }) => [Object.values(metric).join(' '), Number(value[1])]),
    );
  };
  const times = (): Times => ({ from: began, to: Date.now() / 1000, step: 1, rateInterval: 30 });
  const write = async (name: string, visit: (room: ReturnType<ChaosStack['host']['open']>) => void) => {
    const room = stack.host.open(name);
    const join = { steps: [], joined: '#call' };
    const meeting = await stack.api.create(name, { url: room.url, platform: 'web', join, maxAttempts: 1 });
    visit(room);
    return { name, room, uid: meeting.metadata.uid };
  };
  const reaches = (name: string, phase: string) =>
    vi.waitFor(async () => expect((await stack.api.get(name)).status.phase).toBe(phase), PATIENCE);

  beforeAll(async () => {
    stack = await ChaosStack.start('scripted');
    // Nobody is at that port: the metrics of the old list are there all the same.
    settings = {
      REDIS_CONSUMER_ENABLED: 'true',
      REDIS_HOST: '127.0.0.1',
      REDIS_PORT: '1',
      PORT: String(await freePort()),
    };
    controller = await stack.startController(settings);
    await vi.waitFor(async () => expect(await leads(controller)).toBe(true), PATIENCE);
    receiver = await startAlertReceiver(join(stack.dataDir, 'alertmanager'));
    const common = { targets: [new URL(controller.url).host], interval: '1s', environment: 'test' };
    const rules = ruleFiles({ eventWindow: EVENT });
    prometheus = await startPrometheus({
      ...common,
      ...{ dataDir: join(stack.dataDir, 'prometheus'), port: await freePort(), rules, alertmanager: receiver.address },
    });
    renamed = await startPrometheus({
      ...common,
      ...{ dataDir: join(stack.dataDir, 'renamed'), port: await freePort(), rules },
      rename: { from: RENAMED, to: 'meetingbot_meetings_over_total' },
    });
    // Counters are seen at zero before anything is counted.
    await vi.waitFor(async () => expect(await query('sum(meetingbot_funnel_total)')).toEqual({ '': 0 }), PATIENCE);
  }, 300_000);
  afterAll(async () => {
    await prometheus?.stop();
    await renamed?.stop();
    await receiver?.close();
    await stack?.close();
  });

  it('counts what was done: two whole, one by the host, one by us, one still on', async () => {
    const whole = await write('whole', (room) => room.go('lobby'));
    const direct = await write('direct', (room) => room.go('call'));
    const left = await write('left', (room) => room.go('lobby'));
    on = await write('on', (room) => room.go('call'));
    for (const { name } of [whole, left]) await reaches(name, 'Lobby');
    for (const name of ['direct', 'on']) await reaches(name, 'Recording');
    whole.room.go('call');
    await reaches('whole', 'Recording');
    const lost = await write('lost', (room) => room.go('door'));
    await reaches('lost', 'Joining');
    const end = (room: typeof left.room, reason: EndReason) => room.fail(reason);
    end(left.room, 'LobbyTimeout');
    end(lost.room, 'JoinFailed');
    for (const { room } of [whole, direct]) room.go('closed');
    for (const name of ['whole', 'direct']) await reaches(name, 'Completed');
    for (const name of ['left', 'lost']) await reaches(name, 'Failed');

    await vi.waitFor(async () => {
      expect(await query('sum by (stage) (meetingbot_funnel_total{platform="web"})')).toEqual({
        requested: 5,
        launched: 5,
        lobby: 2,
        admitted: 3,
        recording: 3,
        uploaded: 2,
        notified: 2,
      });
      expect(await query('sum by (reason, outcome, attributed_to) (meetingbot_meetings_ended_total) > 0')).toEqual({
        'Host Complete HostEnded': 2,
        'Host None LobbyTimeout': 1,
        'MeetingBot None JoinFailed': 1,
      });
      expect(await query('sum by (stage, reason) (meetingbot_funnel_leaks_total) > 0')).toEqual({
        'LobbyTimeout lobby': 1,
        'JoinFailed launched': 1,
      });
      expect(await query('sum by (phase) (meetingbot_meetings) > 0')).toEqual({ Recording: 1 });
      expect(await query('sum by (outcome) (meetingbot_webhook_tries_total)')).toEqual({ delivered: 2, failed: 0 });
      expect(await query('sum by (result) (meetingbot_admitted_meetings_ended_total) > 0')).toEqual({ whole: 2 });
      expect(await query('max(meetingbot_recorder_slots_held)')).toEqual({ '': 1 });
      expect(await query('max(meetingbot_fargate_vcpus)')).toEqual({ '': 1 });
    }, PATIENCE);
    const { status } = await stack.api.get('on');
    const slot = status.attempts.at(-1)?.slot;
    expect(await query('max by (slot) (meetingbot_recorder_frames_per_second)')).toEqual({ [String(slot)]: 25 });
    const durations = await Promise.all(
      ['whole', 'direct'].map(async (name) => (await stack.api.get(name)).status.recording?.durationSeconds ?? 0),
    );
    const recorded = await query('sum(meetingbot_recorded_seconds_total)');
    expect(recorded['']).toBeCloseTo((durations[0] as number) + (durations[1] as number), 3);
    expect((await query('sum(meetingbot_recorder_dollars_total)'))['']).toBeGreaterThan(0);
  });

  it("the failed recording reaches the pager and is taken back, and the host's reaches nobody", async () => {
    const of = (name: string) => receiver.told.filter(({ labels }) => labels['alertname'] === name);
    await vi.waitFor(() => expect(of('MeetingFailed').map(({ status }) => status)).toContain('firing'), PATIENCE);
    const [alert] = of('MeetingFailed');
    expect(alert).toMatchObject({
      receiver: 'pager',
      labels: { severity: 'critical', reason: 'JoinFailed', platform: 'web', environment: 'test' },
      annotations: { summary: 'A web meeting was not recorded, by our doing: JoinFailed.' },
    });
    await vi.waitFor(() => expect(of('MeetingFailed').map(({ status }) => status)).toContain('resolved'), PATIENCE);
    expect(of('MeetingsEndedByHost')).toEqual([]);
    expect(of('NoLeader')).toEqual([]);
  });

  it('a recording that has lost its sound is noticed', async () => {
    on.room.hush();
    const lost = 'count by (slot) (ALERTS{alertname="SoundLost"})';
    const { status } = await stack.api.get('on');
    const slot = String(status.attempts.at(-1)?.slot);
    await vi.waitFor(async () => expect(await query(lost)).toEqual({ [slot]: 1 }), PATIENCE);
  });

  it('every panel has data, and every rule is well and has something to look at', async () => {
    const { problems } = await previewOf(dashboards, prometheus.url, times());
    expect(problems).toEqual([]);
    const response = await fetch(`${prometheus.url}/api/v1/rules`);
    const { data } = (await response.json()) as {
      data: { groups: { rules: { name: string; health: string; lastError?: string; type: string }[] }[] };
    };
    const rules = data.groups.flatMap((group) => group.rules);
    expect(rules.filter(({ health }) => health !== 'ok')).toEqual([]);
    const alerts = Object.values(alertGroups()).flat();
    expect(rules.filter(({ type }) => type === 'alerting')).toHaveLength(alerts.length);
    const silent: string[] = [];
    for (const { name } of rules.filter(({ type }) => type === 'recording')) {
      if (Object.keys(await query(name)).length === 0) silent.push(name);
    }
    for (const { name, expr } of alerts) {
      for (const selector of selectorsOf(expr)) {
        if (Object.keys(await query(`count(${selector})`)).length === 0) silent.push(`${name}: ${selector}`);
      }
    }
    expect(silent).toEqual([]);
  });

  it('a renamed metric is noticed', async () => {
    const { problems } = await previewOf(dashboards, renamed.url, times());
    expect(problems.map(({ panel }) => panel).sort()).toEqual(['Incomplete', 'Lost by us']);
    expect(problems[0]?.problem).toContain(RENAMED);
  });

  it('a controller that takes over counts nothing again, and goes on', async () => {
    const counts = async () => {
      const text = await (await fetch(`${controller.url}/metrics`)).text();
      const counted = text.matchAll(/^meetingbot_funnel_total\{platform="web",stage="(\w+)"\} ([1-9]\d*)$/gm);
      return Object.fromEntries([...counted].map(([, stage = '', count]) => [stage, Number(count)]));
    };
    const before = await counts();
    await stack.stop(controller.service);
    controller = await stack.startController(settings);
    await vi.waitFor(async () => expect(await leads(controller)).toBe(true), PATIENCE);
    on.room.go('closed');
    await reaches('on', 'Completed');
    expect(before).toMatchObject({ requested: 5, recording: 3, uploaded: 2, notified: 2 });
    await vi.waitFor(async () => expect(await counts()).toEqual({ uploaded: 1, notified: 1 }), PATIENCE);
    // Prometheus takes the new process's zero for a restart: over both there are as many as there were Meetings.
    const total = `sum(max_over_time(meetingbot_funnel_total{stage="notified"}[10m])) + sum(meetingbot_funnel_total{stage="notified"})`;
    await vi.waitFor(async () => expect(await query(total)).toEqual({ '': 3 }), PATIENCE);
    for (const { name, expr } of dashboards.flatMap(({ annotations }) => annotations?.list ?? [])) {
      if (expr === undefined) continue;
      const marks = await ask(prometheus.url, expr, times(), 'timeseries');
      expect(marks.length, name).toBeGreaterThan(0);
    }
  });

  it('what follows from the lack of a leader is not told of beside it', async () => {
    const sent = ['NoLeader', 'MeetingStuck', 'UploadLag'].map((alertname) => ({
      labels: { alertname, severity: 'critical', environment: 'elsewhere', job: 'meetingbot' },
    }));
    const url = `http://${receiver.address}/api/v2/alerts`;
    const headers = { 'content-type': 'application/json' };
    expect((await fetch(url, { method: 'POST', headers, body: JSON.stringify(sent) })).status).toBe(200);
    const states = async () => {
      const query = new URLSearchParams({ filter: 'environment="elsewhere"' });
      const found = (await (await fetch(`${url}?${query}`)).json()) as {
        labels: { alertname: string };
        status: { state: string };
      }[];
      return Object.fromEntries(found.map(({ labels, status }) => [labels.alertname, status.state]));
    };
    const wanted = { NoLeader: 'active', MeetingStuck: 'suppressed', UploadLag: 'active' };
    await vi.waitFor(async () => expect(await states()).toEqual(wanted), PATIENCE);
  });

  it('the dashboards can be looked at without a Grafana', async () => {
    const folder = join(projectRoot, '.local', 'dashboards');
    await mkdir(folder, { recursive: true });
    const { browser, close } = await launchParticipantBrowser('/usr/bin/chromium');
    try {
      for (const dashboard of dashboards) {
        const name = dashboard.title.split('/').at(-1)?.trim().toLowerCase();
        const { html } = await previewOf([dashboard], prometheus.url, times());
        const charts = dashboard.panels.filter(({ type }) => type === 'timeseries').length;
        expect(html.match(/<svg/g), name).toHaveLength(charts);
        const file = join(folder, `${name}.html`);
        await writeFile(file, html);
        const page = await browser.newPage();
        await page.setViewport({ width: 1400, height: 1000 });
        await page.goto(`file://${file}`, { timeout: 120_000 });
        const png = await page.screenshot({ path: join(folder, `${name}.png`), fullPage: true });
        expect(png.length, `${name}.png`).toBeGreaterThan(50_000);
        await page.close();
      }
    } finally {
      await close();
    }
  });
});

/** What an expression selects: names of metrics with their labels, without windows. */
function selectorsOf(expr: string): string[] {
  const found = expr.matchAll(
    /(?<![\w:])((?:meetingbot|workqueue|controller_runtime|leader_election)_\w+|up)\b(\{[^}]*\})?/g,
  );
  return [...found].map(([, name = '', labels = '']) => `${name}${labels}`);
}
