import type { FakeMeeting } from '../fake-meeting.ts';
import type { Cue, Scenario } from '../scenarios/scenario.ts';
import type { Sites } from '../sites.ts';
import type { Attendance, Recorders, Result } from './attendance.ts';

/** Nothing takes so long, also on a slow machine. */
const LIMIT_MS = 300_000;
const POLL_MS = 400;

/** A scenario that was played to its end. */
export interface Played {
  readonly scenario: Scenario;
  readonly fake: FakeMeeting;
  /** Of the meeting, as the recorder was given it. */
  readonly url: string;
  readonly result: Result;
  /** Phases that it was seen in, in order. */
  readonly phases: readonly string[];
  /** When each cue was given, wall clock in milliseconds. */
  readonly cues: ReadonlyMap<Cue['do'], number>;
  /** How long all of it took. */
  readonly seconds: number;
}

/** Has the scenario's meeting attended, gives its cues, and waits until it is over. */
export async function play(scenario: Scenario, name: string, sites: Sites, recorders: Recorders): Promise<Played> {
  const begin = performance.now();
  const fake = sites.arrange(scenario.platform, scenario.visits);
  const url = sites.urlOf(fake, scenario.form);
  const attendance = await recorders.attend(name, url, scenario);
  const watch = new Watch(attendance);
  const cues = new Map<Cue['do'], number>();
  for (const cue of scenario.cues ?? []) {
    await watch.until(`${cue.once}, for ${cue.do}`, () => isUnderWay(cue, attendance, fake));
    await pause(cue.seconds * 1000);
    cues.set(cue.do, Date.now());
    await give(cue.do, attendance, fake);
  }
  const result = await watch.over();
  return { scenario, fake, url, result, phases: watch.phases, cues, seconds: (performance.now() - begin) / 1000 };
}

async function give(act: Cue['do'], attendance: Attendance, fake: FakeMeeting): Promise<void> {
  if (act === 'stop') await attendance.stop();
  else if (act === 'crash') attendance.crash();
  else fake.act(act);
}

async function isUnderWay({ once }: Cue, attendance: Attendance, fake: FakeMeeting): Promise<boolean> {
  switch (once) {
    case 'lobby':
      return fake.last('lobby') !== undefined && (await attendance.phase()) === 'Lobby';
    case 'recording':
      return (await attendance.takes()) >= 1;
    case 'again':
      return (await attendance.takes()) >= 2;
  }
}

class Watch {
  readonly phases: string[] = [];
  readonly #attendance: Attendance;
  readonly #deadline = performance.now() + LIMIT_MS;

  constructor(attendance: Attendance) {
    this.#attendance = attendance;
  }

  /** @throws Error when it is over before, or the time is up */
  async until(what: string, holds: () => Promise<boolean>): Promise<void> {
    for (;;) {
      await this.#look();
      if (await holds()) return;
      const result = await this.#attendance.result();
      if (result !== undefined)
        throw new Error(`not ${what}, but ${result.phase}, ${result.reason}: ${result.message}`);
      await this.#rest(what);
    }
  }

  async over(): Promise<Result> {
    for (;;) {
      await this.#look();
      const result = await this.#attendance.result();
      if (result !== undefined) return result;
      await this.#rest('over');
    }
  }

  async #look(): Promise<void> {
    const phase = await this.#attendance.phase();
    if (this.phases.at(-1) !== phase) this.phases.push(phase);
  }

  async #rest(what: string): Promise<void> {
    if (performance.now() > this.#deadline) throw new Error(`not ${what} in time: ${this.phases.join(' → ')}`);
    await pause(POLL_MS);
  }
}

const pause = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));
