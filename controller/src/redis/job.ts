import { type JoinBody, PROVIDERS, type Provider } from '../api/joins.ts';

/** A job of the old bot's list (screenappai/meeting-bot, src/connect): the body of a join, and whose meeting it is. */
export interface Job {
  provider: Provider;
  body: JoinBody;
}

/** A text of the list that is no job. The message says what was expected, and repeats nothing of the text. */
export class UnreadableJob extends Error {
  override readonly name = 'UnreadableJob';
}

/** Bytes of a job; the old bot's are a few hundred. */
export const MAX_JOB_BYTES = 256 * 1024;

/** @throws UnreadableJob */
export function readJob(bytes: Uint8Array): Job {
  if (bytes.byteLength > MAX_JOB_BYTES) {
    throw new UnreadableJob(`expected at most ${MAX_JOB_BYTES} bytes, got ${bytes.byteLength}`);
  }
  const value = parse(bytes);
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new UnreadableJob('expected a JSON object');
  }
  const { provider, ...body } = value as Record<string, unknown>;
  const known = Object.keys(PROVIDERS) as Provider[];
  const found = known.find((name) => name === provider);
  if (found === undefined) throw new UnreadableJob(`provider: expected one of ${known.join(', ')}`);
  return { provider: found, body };
}

function parse(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch {
    throw new UnreadableJob('expected JSON in UTF-8');
  }
}

/** Characters of a job that is kept for a person to read. */
const MAX_KEPT = 16 * 1024;

/** A job's text for the dead-letter list: without the caller's bearer token, whether it can be parsed or not. */
export function withoutToken(bytes: Uint8Array): string {
  const text = new TextDecoder().decode(bytes.subarray(0, MAX_KEPT));
  return text.replace(/("bearerToken"\s*:\s*)("(?:[^"\\]|\\.)*"?|[^,}\s]+)/gi, '$1"[redacted]"');
}
