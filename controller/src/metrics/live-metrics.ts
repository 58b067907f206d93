import { isTerminal, PHASES, type Phase, PLATFORMS } from '@meetingbot/crds-schema';
import { Gauge, type Registry } from 'prom-client';
import type { BoundedLabel } from './bounded-label.ts';
import type { LiveMeeting } from './live-meetings.ts';

const LIVE_PHASES = PHASES.filter((phase) => !isTerminal(phase));
const DEFAULT = 'default';

export interface LiveSources {
  /** Only the leader knows all; another replica says nothing of phases. */
  isLeading(): boolean;
  live(now: number): Iterable<LiveMeeting>;
  /** Milliseconds since the epoch. */
  now(): number;
}

/** How many Meetings are in each phase, and for how long. */
export function addLiveMetrics(registry: Registry, sources: LiveSources, namespaces: BoundedLabel): void {
  const registers = [registry];
  const each = () => (sources.isLeading() ? sources.live(sources.now()) : []);
  new Gauge({
    name: 'meetingbot_meetings',
    help: 'Meetings that are not over, by phase; those due within three days. Of the leader.',
    labelNames: ['namespace', 'platform', 'phase'],
    registers,
    collect() {
      this.reset();
      // Namespaces come and go; the one that is always there keeps the zeros.
      for (const platform of PLATFORMS)
        for (const phase of LIVE_PHASES) this.set({ namespace: DEFAULT, platform, phase }, 0);
      for (const { namespace, platform, phase } of each())
        this.inc({ namespace: namespaces.of(namespace), platform, phase });
    },
  });
  const perPhase = (name: string, help: string, of: (live: LiveMeeting, now: number, before: number) => number) =>
    new Gauge({
      name,
      help,
      labelNames: ['phase'],
      registers,
      collect() {
        this.reset();
        if (!sources.isLeading()) return;
        const values = new Map<Phase, number>(LIVE_PHASES.map((phase) => [phase, 0]));
        const now = sources.now();
        for (const live of each()) values.set(live.phase, of(live, now, values.get(live.phase) ?? 0));
        for (const [phase, value] of values) this.set({ phase }, value);
      },
    });
  perPhase(
    'meetingbot_meeting_oldest_age_seconds',
    'For how long the Meeting that is longest in a phase has been in it; Pending counts from when it was due. Of the leader.',
    ({ since }, now, oldest) => Math.max(oldest, (now - since) / 1000),
  );
  perPhase(
    'meetingbot_meetings_overdue',
    'Meetings that are in a phase for longer than their own spec explains. Of the leader.',
    ({ overdueAt }, now, count) => count + (now > overdueAt ? 1 : 0),
  );
}
