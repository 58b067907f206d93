import {
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { dirname } from 'node:path';

/** One fact of the endpoint's state: the newest record of a kind and key is the truth, `value` absent means it is gone. */
export interface JournalRecord {
  readonly kind: 'task' | 'token' | 'definition';
  readonly key: string;
  readonly value?: unknown;
}

/** Where the state is kept. `write` returns after the record outlives this process. */
export interface Journal {
  write(record: JournalRecord): void;
  close(): void;
}

/** Keeps nothing: for simulations. */
export const noJournal: Journal = { write() {}, close() {} };

/** Rewriting costs as much as the living records: it waits for four times as many, and for this many at least. */
const rewriteAfterAtLeast = 5_000;

/**
 * An append-only file of JSON lines, rewritten (to a new file, then renamed) when it is mostly history. A line is written
 * in one synchronous call: it outlives a kill of the process, not a power cut. A torn last line is left out when read.
 */
export class FileJournal implements Journal {
  readonly #path: string;
  readonly #living = new Map<string, string>();
  #file: number;
  #lines = 0;

  constructor(path: string) {
    this.#path = path;
    mkdirSync(dirname(path), { recursive: true });
    if (existsSync(path)) this.#read(readFileSync(path, 'utf8'));
    this.#file = this.#rewrite();
  }

  /** What is on disk now, in the order in which each record was first written. */
  records(): JournalRecord[] {
    return [...this.#living.values()].map((line) => JSON.parse(line) as JournalRecord);
  }

  write(record: JournalRecord): void {
    const line = JSON.stringify(record);
    this.#keep(record, line);
    writeSync(this.#file, `${line}\n`);
    this.#lines += 1;
    if (this.#lines > Math.max(rewriteAfterAtLeast, this.#living.size * 4)) {
      closeSync(this.#file);
      this.#file = this.#rewrite();
    }
  }

  close(): void {
    closeSync(this.#file);
  }

  #read(text: string): void {
    const lines = text.split('\n');
    // Whole lines end with a line feed: what comes after the last one was cut off by a kill.
    lines.pop();
    for (const line of lines) this.#keep(JSON.parse(line) as JournalRecord, line);
  }

  #keep(record: JournalRecord, line: string): void {
    const id = `${record.kind} ${record.key}`;
    if (record.value === undefined) this.#living.delete(id);
    else this.#living.set(id, line);
  }

  #rewrite(): number {
    const next = `${this.#path}.next`;
    writeFileSync(next, [...this.#living.values()].map((line) => `${line}\n`).join(''), { mode: 0o600 });
    renameSync(next, this.#path);
    this.#lines = this.#living.size;
    return openSync(this.#path, 'a', 0o600);
  }
}
