import type { Meeting } from '@meetingbot/crds-schema';
import { OUTCOMES, PHASES, PLATFORMS, REASON_ATTRIBUTION, REASONS } from '@meetingbot/crds-schema';
import { Counter, type Registry } from 'prom-client';
import { hasReached, isEnd, LEAK_STAGES, STAGES, stagesReached } from './milestones.ts';
import { ADMITTED_RESULTS, admittedResult } from './verdicts.ts';

/** How far Meetings come, and why they end. Counted by what a conditional write changed: see `milestones.ts`. */
export class FunnelMetrics {
  readonly #funnel: Counter<'platform' | 'stage'>;
  readonly #leaks: Counter<'stage' | 'reason' | 'attributed_to'>;
  readonly #ended: Counter<'platform' | 'outcome' | 'reason' | 'attributed_to'>;
  readonly #admitted: Counter<'platform' | 'result'>;
  readonly #phaseChanges: Counter<'phase'>;

  constructor(registry: Registry) {
    const registers = [registry];
    this.#funnel = new Counter({
      name: 'meetingbot_funnel_total',
      help: 'Meetings that reached a stage for the first time. Not every meeting has a lobby.',
      labelNames: ['platform', 'stage'],
      registers,
    });
    this.#leaks = new Counter({
      name: 'meetingbot_funnel_leaks_total',
      help: 'Meetings that ended without a recording, by the last stage they had reached.',
      labelNames: ['stage', 'reason', 'attributed_to'],
      registers,
    });
    this.#ended = new Counter({
      name: 'meetingbot_meetings_ended_total',
      help: 'Meetings that ended; a webhook that is sent again does not end a Meeting again.',
      labelNames: ['platform', 'outcome', 'reason', 'attributed_to'],
      registers,
    });
    this.#admitted = new Counter({
      name: 'meetingbot_admitted_meetings_ended_total',
      help: 'Meetings that ended after a recorder had been let in, by result: whole, partial, lost, untold (webhook given up), excused (nothing recorded, not by our doing).',
      labelNames: ['platform', 'result'],
      registers,
    });
    this.#phaseChanges = new Counter({
      name: 'meetingbot_meeting_phase_changes_total',
      help: 'Meetings that entered a phase; with more than one attempt a Meeting enters some of them more than once.',
      labelNames: ['phase'],
      registers,
    });
    this.#zero();
  }

  created({ spec: { platform } }: Meeting): void {
    this.#funnel.inc({ platform, stage: 'requested' });
  }

  written(before: Meeting, after: Meeting): void {
    const { platform } = after.spec;
    const { phase } = after.status;
    if (before.status.phase !== phase) this.#phaseChanges.inc({ phase });
    for (const stage of stagesReached(before, after)) this.#funnel.inc({ platform, stage });
    if (isEnd(before, after)) this.#end(after);
  }

  #end(meeting: Meeting): void {
    const { outcome = 'None', reason = 'InternalError' } = meeting.status;
    const { platform } = meeting.spec;
    const why = { reason, attributed_to: REASON_ATTRIBUTION[reason] };
    this.#ended.inc({ platform, outcome, ...why });
    if (hasReached(meeting, 'admitted')) this.#admitted.inc({ platform, result: admittedResult(meeting) });
    if (outcome !== 'None') return;
    const stage = LEAK_STAGES.findLast((reached) => hasReached(meeting, reached)) ?? 'requested';
    this.#leaks.inc({ stage, ...why });
  }

  /** Every pair exists from the start, so that the first one counted is an increase. */
  #zero(): void {
    for (const phase of PHASES) this.#phaseChanges.inc({ phase }, 0);
    for (const platform of PLATFORMS) {
      for (const stage of STAGES) this.#funnel.inc({ platform, stage }, 0);
      for (const result of ADMITTED_RESULTS) this.#admitted.inc({ platform, result }, 0);
    }
    for (const reason of REASONS) {
      const why = { reason, attributed_to: REASON_ATTRIBUTION[reason] };
      for (const stage of LEAK_STAGES) this.#leaks.inc({ stage, ...why }, 0);
      for (const platform of PLATFORMS) {
        for (const outcome of OUTCOMES) this.#ended.inc({ platform, outcome, ...why }, 0);
      }
    }
  }
}
