import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import autocannon from 'autocannon';
import type { Subject } from './api-subjects.ts';
import { SENT_AT, type Seen } from './api-watchers.ts';
import { coresBetween, usageOf } from './controller/usage.ts';

const PATH = '/apis/meetingbot.dev/v1/namespaces/default/meetings';
const CONNECTIONS = 32;
/** Writers of changes while there are watchers. */
const WRITERS = 4;
/** Far ahead: nothing is launched. */
const startAt = new Date(Date.now() + 30 * 86_400_000).toISOString();
const spec = { url: 'https://meet.google.com/abc-defg-hij', startAt };
const json = { 'content-type': 'application/json' };

/** Requests of one kind, as fast as the connections can. */
export interface Figures {
  perSecond: number;
  /** Milliseconds. */
  p50: number;
  p99: number;
  failed: number;
  /** Of the API's process. */
  cores: number;
  memory: number;
  /** Milliseconds a request that calls to the store took, from the API's own metrics; those of its controller too. */
  storeMs: number;
}

export interface WatchFigures extends Seen {
  watchers: number;
  changes: number;
  /** From the first change sent to the last seen by all. */
  seconds: number;
  cores: number;
  memory: number;
}

type Load = Pick<autocannon.Options, 'method' | 'body' | 'connections' | 'duration' | 'amount'> & { path: string };

async function measured(subject: Subject, { path, ...load }: Load): Promise<Figures> {
  const [before, storeBefore] = [usageOf(subject.pid), await subject.storeTime()];
  const result = await autocannon({ url: `${subject.url}${path}`, headers: json, ...load });
  const [after, storeAfter] = [usageOf(subject.pid), await subject.storeTime()];
  const answered = result['2xx'];
  return {
    perSecond: answered / result.duration,
    p50: result.latency.p50,
    p99: result.latency.p99,
    failed: result.non2xx + result.errors,
    cores: coresBetween(before, after),
    memory: after.memory,
    storeMs: ((storeAfter.seconds - storeBefore.seconds) * 1000) / answered,
  };
}

const create = {
  path: PATH,
  method: 'POST',
  body: JSON.stringify({ metadata: { generateName: 'bench-' }, spec }),
} as const;

export const measureCreates = (subject: Subject, seconds: number): Promise<Figures> =>
  measured(subject, { ...create, connections: CONNECTIONS, duration: seconds });

/** Creates what is missing to so many. */
export async function fillUpTo(subject: Subject, count: number): Promise<void> {
  const missing = count - (await countOf(subject));
  if (missing > 0)
    await autocannon({ url: `${subject.url}${PATH}`, headers: json, ...create, connections: 16, amount: missing });
}

async function countOf({ url }: Subject): Promise<number> {
  let count = 0;
  let token: string | undefined = '';
  while (token !== undefined) {
    const query: string = token === '' ? '' : `&continue=${encodeURIComponent(token)}`;
    const answer = await fetch(`${url}${PATH}?limit=1000${query}`);
    const page = (await answer.json()) as { items: unknown[]; metadata: { continue?: string } };
    count += page.items.length;
    token = page.metadata.continue;
  }
  return count;
}

export async function measureGets(subject: Subject, seconds: number): Promise<Figures> {
  await fetch(`${subject.url}${PATH}`, {
    method: 'POST',
    headers: json,
    body: JSON.stringify({ metadata: { name: 'one' }, spec }),
  });
  return measured(subject, { path: `${PATH}/one`, connections: CONNECTIONS, duration: seconds });
}

/** One client, one page after the other. */
export const measureLists = (subject: Subject, limit: number, seconds: number): Promise<Figures> =>
  measured(subject, { path: `${PATH}?limit=${limit}`, connections: 1, duration: seconds });

export async function measureWatches(subject: Subject, watchers: number, changes: number): Promise<WatchFigures> {
  const entry = fileURLToPath(new URL('./api-watchers.ts', import.meta.url));
  const { metadata } = (await (await fetch(`${subject.url}${PATH}?limit=1`)).json()) as {
    metadata: { resourceVersion: string };
  };
  const url = `${subject.url}${PATH}?watch=true&resourceVersion=${metadata.resourceVersion}`;
  const child = fork(entry, [url, String(watchers), String(changes)], {
    execArgv: [],
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
  const ended = once(child, 'exit').then(([code]) => {
    throw new Error(`the watchers ended with exit code ${code}`);
  });
  await Promise.race([once(child, 'message'), ended]);
  const before = usageOf(subject.pid);
  const seen = Promise.race([once(child, 'message'), ended]);
  let next = 0;
  const write = async () => {
    while (next < changes) {
      const name = `seen-${next++}`;
      const annotations = { [SENT_AT]: String(Date.now()) };
      const body = JSON.stringify({ metadata: { name, annotations }, spec });
      const answer = await fetch(`${subject.url}${PATH}`, { method: 'POST', headers: json, body });
      if (answer.status !== 201) throw new Error(`create answered ${answer.status}: ${await answer.text()}`);
    }
  };
  await Promise.all(Array.from({ length: WRITERS }, write));
  const [figures] = (await seen) as [Seen];
  const after = usageOf(subject.pid);
  return {
    ...figures,
    watchers,
    changes,
    seconds: (after.at - before.at) / 1000,
    cores: coresBetween(before, after),
    memory: after.memory,
  };
}
