import { Chance } from './chance.ts';
import { checkEnds } from './ends.ts';
import type { SingleFault } from './faults.ts';
import { isAtRest, unrest } from './rest.ts';
import type { Sabotage } from './sabotage.ts';
import { drawScenario } from './scenario.ts';
import { type Summary, summaryOf } from './summary.ts';
import { User } from './user.ts';
import { CALM, stormy } from './weather.ts';
import { type Violation, World } from './world.ts';

const minute = 60_000;
/** A world that has been healed must come to rest within this. Milliseconds. */
const CONVERGENCE = 5 * 60 * minute;
/** A resync, and the longest sleep. Milliseconds. */
const LINGER = 4 * minute;
/** How long nothing may happen any more: an hour in every fourth history, for the sake of time. Milliseconds. */
const SILENCES = [60 * minute, 10 * minute, 10 * minute, 10 * minute] as const;

/** What makes a history: everything else follows from it. */
export interface HistoryOptions {
  seed: string;
  /** `single`: a calm world with at most one fault; `swarm`: faults as the seed draws them. */
  mode: 'single' | 'swarm';
  single?: SingleFault | undefined;
  without?: ReadonlySet<string>;
  sabotage?: Sabotage;
  trace?: boolean;
}

export interface History {
  violation: Violation | undefined;
  /** Names of the faults that happened, in order. */
  fired: readonly string[];
  /** Names of the writes, in order. */
  writes: readonly string[];
  /** How often each notable state was reached. */
  marks: ReadonlyMap<string, number>;
  /** How each Meeting ended; absent where users race with the controller. */
  summary: Summary | undefined;
  events: number;
  trace: readonly string[];
}

/** Runs the production's control loops through one history of a world: a storm, healing, rest, silence. */
export async function runHistory(options: HistoryOptions): Promise<History> {
  const { seed, mode, ...rest } = options;
  // Errors are the weather here, and a stack is their dearest part.
  const { stackTraceLimit } = Error;
  if (options.trace !== true) Error.stackTraceLimit = 0;
  try {
    return await live(seed, mode, rest);
  } finally {
    Error.stackTraceLimit = stackTraceLimit;
  }
}

async function live(
  seed: string,
  mode: HistoryOptions['mode'],
  rest: Omit<HistoryOptions, 'seed' | 'mode'>,
): Promise<History> {
  const chance = new Chance(seed).of('scenario');
  const weather = mode === 'swarm' ? stormy(chance) : CALM;
  const scenario = drawScenario(chance, weather, mode === 'swarm' ? 3 : 2);
  const world = new World({ seed, weather, limits: scenario.limits, ...rest });
  const users = scenario.plans.map((plan) => new User(world, plan));
  const stormMs = mode === 'swarm' ? chance.between(2, 20) * minute : 12 * minute;
  for (const user of users) user.start();
  world.start(stormMs);

  const isOver = restWatch(world, users);
  await world.scheduler.run(stormMs, isOver);
  if (world.violation === undefined) await converge(world, users, isOver);
  if (world.violation === undefined) checkEnds(world);
  if (world.violation === undefined) await keepSilence(world);
  return {
    violation: world.violation,
    fired: world.faults.fired,
    writes: world.faults.writes,
    marks: world.marks,
    summary: scenario.isSteady ? summaryOf(world) : undefined,
    events: world.scheduler.count,
    trace: world.lines,
  };
}

async function converge(world: World, users: User[], isOver: () => boolean): Promise<void> {
  world.heal();
  const until = world.scheduler.time + CONVERGENCE;
  const callOff = () => {
    for (const user of users) user.giveUp();
    world.scheduler.after(LINGER, callOff);
  };
  callOff();
  do {
    await world.scheduler.run(until, isOver);
    // What is still under way may end: a notice follows a write, and a request of somebody who had slept arrives.
    await world.scheduler.run(world.scheduler.time + LINGER, () => world.violation !== undefined);
  } while (!isOver() && world.scheduler.time < until);
  if (world.violation === undefined && !isOver()) {
    world.violate('convergence', `not at rest: ${unrest(world)}`);
  }
}

async function keepSilence(world: World): Promise<void> {
  world.quieten();
  const length = world.chance.of('silence').pick(SILENCES);
  const looks = decisions(world);
  const before = activity(world);
  await world.scheduler.run(world.scheduler.time + length, () => world.violation !== undefined);
  const after = activity(world);
  if (before !== after) world.violate('silence', `writes, launches, stops: ${before} → ${after}`);
  const resyncs = length / world.timing.resyncInterval + 2;
  const most = world.table.items.size * world.weather.processes * resyncs;
  const more = decisions(world) - looks;
  if (more > most) world.violate('silence', `${more} looks at what is over, at most ${most} by resyncs`);
}

/** How often a Meeting was looked at. */
function decisions(world: World): number {
  return [...world.marks].reduce((sum, [what, times]) => (what.startsWith('step ') ? sum + times : sum), 0);
}

function activity(world: World): string {
  const writes = world.faults.writes.filter((name) => name !== 'lease.write').length;
  return `${writes}, ${world.ecs.tasks.size}, ${world.ecs.stops}`;
}

/** Whether all is at rest, looked at only when something has changed. */
function restWatch(world: World, users: User[]): () => boolean {
  let seen = -1;
  let rest = false;
  return () => {
    const pending = users.reduce((sum, user) => sum + user.pending, 0);
    if (world.violation !== undefined) return true;
    if (pending > 0) return false;
    if (seen !== world.changes) {
      seen = world.changes;
      rest = isAtRest(world);
    }
    return rest;
  };
}
