import { DEFAULT_POLICY, type Policy } from '../reconcile/policy.ts';
import type { Chance } from './chance.ts';

/** Where a write may go wrong: before or after its effect, and with the caller's life or only its answer lost. */
export const SINGLE_FAULTS = ['crashBefore', 'crashAfter', 'errorBefore', 'errorAfter'] as const;
export const WRITE_FAULTS = [
  ...SINGLE_FAULTS,
  /** The caller is told of an error, and the effect comes a while later. */
  'effectLate',
  /** The caller sleeps between its decision and the effect: a leader that wakes up when another leads. */
  'pauseBefore',
] as const;
export type WriteFault = (typeof WRITE_FAULTS)[number];

/** What of the world is out of order in one history, and how much. Times are milliseconds, the rest probabilities. */
export interface Weather {
  /** Controller processes. */
  processes: 1 | 2;
  /** Each process has a lease of its own: both lead at once. */
  twoLeaders: boolean;
  /** Of a fault at a write, and which ones. */
  writeFault: number;
  writeFaults: readonly WriteFault[];
  /** Of an error at a read. */
  readFault: number;
  /** Longest latency of a call, one way. */
  latency: number;
  /** Longest time until an index, a list or a description shows what is so. */
  indexLag: number;
  taskLag: number;
  /** Of a running task that DescribeTasks does not know for once. */
  hiccup: number;
  /** Of a notice between API and loop that is lost, doubled, late. */
  noticeLost: number;
  noticeDoubled: number;
  noticeLate: number;
  /** How often each process is paused, jumps its clock, is restarted in order, is killed. */
  pauses: number;
  jumps: number;
  handovers: number;
  kills: number;
  /** Of a recorder that ends otherwise than by the rules of the meeting. */
  sickness: number;
  /** Of a launch that ECS refuses. */
  rejection: number;
  /** Of a webhook that is not taken. */
  refusal: number;
  /** Of a task from before the history that belongs to no Meeting. */
  ghost: number;
  /** Of each deed of a user beside creating. */
  meddling: number;
}

/** Nothing of the controller's world goes wrong; recorders and users are as they are. */
export const CALM: Weather = {
  processes: 1,
  twoLeaders: false,
  writeFault: 0,
  writeFaults: [],
  readFault: 0,
  latency: 40,
  indexLag: 0,
  taskLag: 3_000,
  hiccup: 0,
  noticeLost: 0,
  noticeDoubled: 0,
  noticeLate: 0,
  pauses: 0,
  jumps: 0,
  handovers: 0,
  kills: 0,
  sickness: 0.3,
  rejection: 0.1,
  refusal: 0.2,
  ghost: 0,
  meddling: 0.4,
};

/** A swarm draws which faults are on and how strong: all of them always would hide what single ones do. */
export function stormy(chance: Chance): Weather {
  const some = (most: number, on = 0.5) => (chance.is(on) ? chance.next() * most : 0);
  const often = (most: number) => (chance.is(0.4) ? chance.between(1, most) : 0);
  const processes = chance.is(0.5) ? 2 : 1;
  const writeFaults = WRITE_FAULTS.filter(() => chance.is(0.6));
  return {
    processes,
    twoLeaders: processes === 2 && chance.is(0.4),
    writeFault: some(0.25),
    writeFaults,
    readFault: some(0.2),
    latency: chance.pick([5, 40, 400, 3_000]),
    indexLag: some(20_000),
    taskLag: chance.pick([0, 3_000, 20_000, 60_000]),
    hiccup: some(0.2, 0.3),
    noticeLost: some(1),
    noticeDoubled: some(0.5, 0.3),
    noticeLate: some(0.5, 0.3),
    pauses: often(3),
    jumps: often(2),
    handovers: often(2),
    kills: often(3),
    sickness: some(1),
    rejection: some(0.7),
    refusal: some(0.9),
    ghost: some(0.5, 0.3),
    meddling: some(1, 0.7),
  };
}

const second = 1_000;
const minute = 60 * second;

/**
 * The production's numbers, the long ones shortened so that a history is short: the rules are the same.
 * What a rule promises about another number stays so (visibilityLag above every lag of {@link stormy}).
 */
export const SIMULATED_POLICY: Policy = {
  ...DEFAULT_POLICY,
  missedGrace: 15 * minute,
  intentTrust: 4 * minute,
  visibilityLag: 2 * minute,
  stopLookup: 2 * minute,
  silenceLimit: 4 * minute,
  startDeadline: 5 * minute,
  finalizeGrace: 5 * minute,
  salvageGrace: 5 * minute,
  exitGrace: 5 * minute,
  salvageWindow: 60 * minute,
  webhookWindow: 30 * minute,
  deleteWebhookGrace: 5 * minute,
  webhookEnabled: true,
  webhookFailures: true,
};
