import type { MeetingKey, MeetingSpec, Phase } from '@meetingbot/crds-schema';
import type { SlotLimits } from '../reconcile/slots.ts';
import type { Chance } from './chance.ts';
import type { Weather } from './weather.ts';

/** The Meeting is in a phase, or ECS has started a task for it that the controller may not know of yet. */
export type Moment = Phase | 'TaskStarted';

/** What a user does to a Meeting after having made it. */
export interface Deed {
  kind: 'stop' | 'delete' | 'startNow' | 'postpone' | 'resend';
  /** Waits for this; absent: from the Meeting's creation. */
  when?: Moment;
  /** Milliseconds after that. */
  after: number;
}

export interface Plan {
  key: MeetingKey;
  /** Milliseconds since the start. */
  createAt: number;
  /** Milliseconds from creation to startAt; undefined: at once. */
  startIn?: number;
  spec: Pick<MeetingSpec, 'maxAttempts' | 'deletionPolicy' | 'retentionDays' | 'identity'>;
  deeds: Deed[];
}

export interface Scenario {
  plans: Plan[];
  limits: SlotLimits;
  /** true: what users do does not race with the controller, so that the end does not depend on its speed. */
  isSteady: boolean;
}

const minute = 60_000;
const DAY = 24 * 60 * minute;

/** @param most - Meetings */
export function drawScenario(chance: Chance, weather: Weather, most: number): Scenario {
  const plans = Array.from({ length: chance.between(1, most) }, (_, index) => drawPlan(chance, weather, index));
  const total = chance.between(1, most);
  return {
    plans,
    limits: { total, perNamespace: chance.between(1, total) },
    isSteady: plans.length === 1 && plans.every(({ deeds }) => deeds.length === 0),
  };
}

function drawPlan(chance: Chance, { meddling }: Weather, index: number): Plan {
  const start = chance.weighted({ atOnce: 8, soon: 3, past: 1, missed: 1, years: 1 });
  const startIn = {
    atOnce: undefined,
    soon: chance.between(1, 6) * minute,
    past: -chance.between(1, 8) * minute,
    missed: -chance.between(20, 60) * minute,
    years: chance.between(30, 900) * DAY,
  }[start];
  const deeds: Deed[] = [];
  if (start === 'years') {
    deeds.push({ kind: chance.pick(['startNow', 'delete', 'stop']), after: chance.between(1_000, 5 * minute) });
  }
  if (start === 'soon' && chance.is(meddling)) {
    deeds.push({ kind: chance.pick(['startNow', 'postpone']), after: chance.between(1_000, 3 * minute) });
  }
  if (chance.is(meddling)) deeds.push(drawDeed(chance, 'stop'));
  if (chance.is(meddling * 0.6)) deeds.push(drawDeed(chance, 'delete'));
  if (chance.is(meddling * 0.4)) {
    const when = chance.pick(['Completed', 'Failed', 'Notifying'] as const);
    deeds.push({ kind: 'resend', when, after: chance.between(0, 20_000) });
  }
  return {
    key: { namespace: chance.pick(['red', 'blue']), name: `m${index}` },
    createAt: chance.between(0, 20_000),
    ...(startIn === undefined ? {} : { startIn }),
    spec: {
      maxAttempts: chance.between(1, 3),
      deletionPolicy: chance.pick(['Retain', 'Delete']),
      ...identityOf(chance.weighted({ guest: 5, alice: 3, any: 1 })),
      // A quarter of an hour: the API wants whole days, the rule does not care.
      ...(chance.is(0.15) ? { retentionDays: 0.01 } : {}),
    },
    deeds,
  };
}

function identityOf(who: 'guest' | 'alice' | 'any'): { identity?: string } {
  return who === 'guest' ? {} : { identity: who };
}

function drawDeed(chance: Chance, kind: 'stop' | 'delete'): Deed {
  // A third comes while the controller doesn't know yet that there is a task.
  if (chance.is(0.33)) return { kind, when: 'TaskStarted', after: chance.between(0, 100) };
  const when = chance.pick([
    undefined,
    'Launching',
    'Joining',
    'Lobby',
    'Recording',
    'Finalizing',
    'Pending',
    'Completed',
  ] as const);
  const after = chance.is(0.5) ? chance.between(0, 3_000) : chance.between(0, 3 * minute);
  return { kind, after, ...(when === undefined ? {} : { when }) };
}
