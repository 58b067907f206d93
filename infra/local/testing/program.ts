import { type ChildProcess, spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

/** A program of ours that a test has started, and what it has said so far. */
export class RunningProgram {
  readonly child: ChildProcess;
  output = '';
  readonly exited: Promise<number | null>;

  /** @param entry - as `../start.ts`, from this folder */
  constructor(entry: string, args: readonly string[], env: Record<string, string | undefined>) {
    const file = fileURLToPath(new URL(entry, import.meta.url));
    this.child = spawn(process.execPath, [file, ...args], { env, stdio: ['ignore', 'pipe', 'pipe'] });
    for (const stream of [this.child.stdout, this.child.stderr]) {
      stream?.setEncoding('utf8');
      stream?.on('data', (text: string) => {
        this.output += text;
      });
    }
    this.exited = new Promise((resolve) => this.child.once('close', (code) => resolve(code)));
  }

  get pid(): number {
    return this.child.pid ?? 0;
  }

  /** Waits until it has said something. @throws Error with all it said when it ends before, or after `limitMs` */
  async says(pattern: RegExp, limitMs = 60_000): Promise<RegExpExecArray> {
    const deadline = performance.now() + limitMs;
    let ended = false;
    void this.exited.then(() => {
      ended = true;
    });
    for (;;) {
      const match = pattern.exec(this.output);
      if (match !== null) return match;
      if (ended) throw new Error(`it ended without saying ${pattern}:\n${this.output}`);
      if (performance.now() > deadline) throw new Error(`it has not said ${pattern} in ${limitMs} ms:\n${this.output}`);
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }
}
