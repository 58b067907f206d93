import { allProcesses, descendantsOf, type ProcessFacts } from '@meetingbot/recorder/testing';

/** What a recorder starts, by its command line. */
export const CHROMIUM = /^\S*chromium(?!.*--type=)/;
export const FFMPEG = /^(\S*\/)?ffmpeg /;
export const XVFB = /^(\S*\/)?Xvfb /;
export const PULSEAUDIO = /^(\S*\/)?pulseaudio /;

/** The recorder of a Meeting that runs right now, and everything that it has started. */
export class LiveRecorder {
  readonly #dataDir: string;
  readonly #name: string;

  /** @param dataDir - of the stack that runs it */
  constructor(dataDir: string, name: string) {
    this.#dataDir = dataDir;
    this.#name = name;
  }

  /** Its own process first; empty when there is none. */
  processes(): ProcessFacts[] {
    const own = allProcesses().find(
      ({ command, environment }) =>
        command[1]?.endsWith('recorder/src/main.ts') &&
        environment.includes(this.#dataDir) &&
        environment.split('\0').includes(`MEETING_NAME=${this.#name}`),
    );
    return own === undefined ? [] : [own, ...descendantsOf(own.pid)];
  }

  /** Those whose command line matches. */
  pids(command: RegExp): number[] {
    return this.processes().flatMap((each) => (command.test(each.command.join(' ')) ? [each.pid] : []));
  }

  /**
   * Sends a signal to those whose command line matches.
   * @returns when, wall clock in milliseconds
   * @throws Error when there is none
   */
  signal(command: RegExp, signal: NodeJS.Signals): number {
    const victims = this.pids(command);
    if (victims.length === 0) throw new Error(`${this.#name}: no process matches ${command}`);
    const at = Date.now();
    for (const pid of victims) process.kill(pid, signal);
    return at;
  }
}
