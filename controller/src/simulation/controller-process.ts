import { keyString, type Logger, parseBrowserIdentities } from '@meetingbot/crds-schema';
import { MeetingService } from '../api/meeting-service.ts';
import { Elector } from '../leader/elector.ts';
import { admitted } from '../reconcile/admission.ts';
import { ControlLoop } from '../reconcile/control-loop.ts';
import { decide } from '../reconcile/decide.ts';
import { GarbageCollector } from '../reconcile/garbage-collector.ts';
import { Heartbeats } from '../reconcile/heartbeats.ts';
import { Identities } from '../reconcile/identities.ts';
import { Outbox } from '../reconcile/outbox.ts';
import { Reconciler } from '../reconcile/reconciler.ts';
import { applyReport } from '../reconcile/report.ts';
import { Slots } from '../reconcile/slots.ts';
import { TaskWatcher } from '../reconcile/task-watcher.ts';
import type { Life } from './life.ts';
import type { Services } from './sabotage.ts';
import type { World } from './world.ts';

/** Names the simulated controllers' tasks. */
export const INSTALLATION = '01234567';

const BROWSER_IDENTITIES = 'alice=google-meet:file:/alice,bob=google-meet:file:/bob';
const IDENTITIES = parseBrowserIdentities(BROWSER_IDENTITIES);

/** One life of the controller: the production's parts, put together as the composition root does. */
export interface ControllerProcess {
  life: Life;
  /** What its API does. */
  meetings: MeetingService;
  isLeading: () => boolean;
  /** Ends in order: gives the lease back. */
  close: () => Promise<void>;
}

/** Starts a controller in `life` on `services`. */
export function startController(world: World, life: Life, services: Services): ControllerProcess {
  const { sabotage, timing, policy, limits } = world;
  const { clock } = life;
  const log = logOf(world, life);
  const chance = world.chance.of(`life ${life.name}`);
  const chosen = sabotage.decide?.(decide) ?? decide;
  const heartbeats = new Heartbeats();
  const wake = (id: string) => loop.add(id);
  const slots = new Slots(limits, wake);
  const identities = new Identities(IDENTITIES, wake);
  const watcher = new TaskWatcher({
    ...{ runner: services.runner, clock, log },
    ...{ interval: timing.watchInterval, changed: wake },
  });
  const outbox = new Outbox({
    ...{ sender: services.sender, log, concurrency: 4, perSecond: Number.POSITIVE_INFINITY },
    ...{ body: { forcePathStyle: true }, done: wake },
  });
  const reconciler = new Reconciler({
    ...{ store: services.store, runner: services.runner, recordings: services.recordings, locks: services.locks },
    ...{ outbox, slots, identities, watcher, heartbeats, clock, random: chance, log, policy },
    launch: {
      installation: INSTALLATION,
      environment: {},
      secretOf: (name) => identities.secretOf(name),
      tokenOf: ({ metadata }, n) => `${metadata.uid}/${n}`,
    },
    observe: () => {},
    decide: (...facts) => {
      const step = chosen(...facts);
      world.mark(`step ${step.do}`);
      return step;
    },
  });
  const collector = new GarbageCollector({
    ...{ store: services.store, runner: services.runner, clock, log, installation: INSTALLATION },
    ...{ grace: policy.orphanGrace, forgotten: wake, stopped: () => world.mark('orphan stopped') },
  });
  const loop = new ControlLoop({
    ...{ store: services.store, reconciler, watcher, collector, clock, random: chance, log, concurrency: 8 },
    pollInterval: sabotage.pollInterval ?? timing.pollInterval,
    collectInterval: sabotage.collectInterval ?? timing.collectInterval,
    resyncInterval: sabotage.pollInterval ?? timing.resyncInterval,
  });
  const elector = new Elector({
    ...{ store: services.lease, clock, log, identity: life.name, ...timing.lease },
    lead: (signal) => loop.run(signal),
  });
  const meetings = new MeetingService({
    ...{
      settings: { WEB_HOSTS: '*', ALLOW_ANONYMOUS_JOIN: false, BROWSER_IDENTITIES },
      store: services.store,
      resolver: { resolve: async () => [] },
      clock,
      logger: log,
    },
    ids: { uid: () => world.nextUid(), suffix: () => 'abcde' },
    recorderTokenKey: new Uint8Array(32),
    heartbeats: { record: (meeting, report) => heartbeats.record(meeting, report, clock.now()) },
    admit: (meeting, now) => admitted(meeting, now, policy),
    applyReport: (meeting, report, now) => applyReport(meeting, report, now, policy, elector.isLeading),
    onReported: () => {},
    onChanged: (key) => world.notify(life, () => loop.add(keyString(key))),
    onWritten: (meeting) => world.notify(life, () => loop.addWritten(meeting)),
    ready: async () => [],
    metrics: async () => ({ contentType: '', body: '' }),
  });
  const ending = new AbortController();
  const elected = elector.run(ending.signal);
  return {
    life,
    meetings,
    isLeading: () => elector.isLeading,
    async close() {
      ending.abort(new Error('the process stops'));
      await elected;
      await outbox.stop();
    },
  };
}

/** Lines for the trace; what is no fault of the weather is a violation. */
function logOf(world: World, life: Life): Logger {
  const said = (fields: object, message = '') => {
    world.trace(life.name, `${message} ${world.isTracing ? JSON.stringify(fields) : ''}`);
    if ('reason' in fields && message === 'leads no more') world.mark(`leads no more: ${fields.reason}`);
    if ('err' in fields) world.onError(fields.err, message);
  };
  const log: Logger = {
    debug: (fields, message) => {
      if (world.isTracing) said(fields, message);
    },
    info: said,
    warn: said,
    error: said,
    child: () => log,
  };
  return log;
}
