import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { LoadAnswer, LoadCalls } from './load-calls.ts';

/** The load generator, seen from here. */
export class LoadGenerator {
  readonly #child: ChildProcess;
  readonly #pending = new Map<number, { resolve: (result: unknown) => void; reject: (error: Error) => void }>();
  #id = 0;

  private constructor(child: ChildProcess) {
    this.#child = child;
    child.on('message', (message: LoadAnswer) => {
      const call = this.#pending.get(message.id);
      this.#pending.delete(message.id);
      if ('error' in message) call?.reject(new Error(message.error));
      else call?.resolve(message.result);
    });
    child.once('exit', () => {
      for (const { reject } of this.#pending.values()) reject(new Error('the load generator ended'));
    });
  }

  static async start(url: string): Promise<LoadGenerator> {
    const entry = fileURLToPath(new URL('./load.ts', import.meta.url));
    const child = fork(entry, [url], { execArgv: [], stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
    const generator = new LoadGenerator(child);
    await once(child, 'message');
    return generator;
  }

  get pid(): number {
    return this.#child.pid ?? 0;
  }

  do<K extends keyof LoadCalls>(call: K, args: LoadCalls[K]['args']): Promise<LoadCalls[K]['result']> {
    this.#id += 1;
    const id = this.#id;
    return new Promise((resolve, reject) => {
      this.#pending.set(id, { resolve: (result) => resolve(result as LoadCalls[K]['result']), reject });
      this.#child.send({ id, call, args });
    });
  }

  async stop(): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    const exited = once(this.#child, 'exit');
    this.#child.kill('SIGTERM');
    await exited;
  }
}
