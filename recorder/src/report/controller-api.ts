import {
  API_VERSION,
  type Clock,
  isAttemptOver,
  type Logger,
  type Meeting,
  type MeetingKey,
  PLURAL,
  type RecorderReport,
} from '@meetingbot/crds-schema';

/** A call that takes longer has failed, in milliseconds. */
const CALL_MS = 5000;
/** Back-off between tries, in milliseconds: doubled up to the cap, then a random half of it taken off. */
const FIRST_MS = 500;
const CAP_MS = 30_000;

/** What the API said to a call. */
export type Answer =
  | { readonly kind: 'meeting'; readonly meeting: Meeting }
  /** There is no such Meeting any more. */
  | { readonly kind: 'gone'; readonly message: string }
  /** The Meeting is another recorder's business now. */
  | { readonly kind: 'superseded'; readonly message: string }
  /** It does not answer, or not as it should. */
  | { readonly kind: 'away'; readonly message: string };

export interface ControllerApiOptions {
  /** CONTROLLER_URL */
  readonly url: string;
  readonly meeting: MeetingKey & { readonly uid: string };
  /** MEETING_TOKEN */
  readonly token: string;
}

/** Our own Meeting at the API. Each call is one try of at most 5 s; none throws. */
export class ControllerApi {
  readonly #options: ControllerApiOptions;
  readonly #path: string;

  constructor(options: ControllerApiOptions) {
    const { namespace, name } = options.meeting;
    this.#options = options;
    this.#path = `${options.url.replace(/\/+$/, '')}/apis/${API_VERSION}/namespaces/${namespace}/${PLURAL}/${name}`;
  }

  get(): Promise<Answer> {
    return this.#call('GET', this.#path);
  }

  /** Writes our corner of the status. */
  report(recorder: RecorderReport): Promise<Answer> {
    return this.#call('PATCH', `${this.#path}/status`, { status: { recorder } });
  }

  async #call(method: string, url: string, body?: unknown): Promise<Answer> {
    try {
      const answer = await fetch(url, {
        method,
        headers: {
          authorization: `Bearer ${this.#options.token}`,
          accept: 'application/json',
          ...(body === undefined ? {} : { 'content-type': 'application/merge-patch+json' }),
        },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
        redirect: 'error',
        signal: AbortSignal.timeout(CALL_MS),
      });
      return this.#read(answer.status, await answer.json());
    } catch (error) {
      const cause = error instanceof Error && error.cause instanceof Error ? `: ${error.cause.message}` : '';
      return { kind: 'away', message: `${error instanceof Error ? error.message : String(error)}${cause}` };
    }
  }

  #read(status: number, body: unknown): Answer {
    const { kind, message = `status ${status}` } = (body ?? {}) as { kind?: string; message?: string };
    if (status === 200 && kind === 'Meeting') {
      const meeting = body as Meeting;
      return meeting.metadata.uid === this.#options.meeting.uid
        ? { kind: 'meeting', meeting }
        : { kind: 'superseded', message: 'it is another Meeting of the same name' };
    }
    // Only in the API's own words: a load balancer says 404 too, when it has lost its way.
    if (kind === 'Status' && status === 404) return { kind: 'gone', message };
    // Any other conflict is of one request, and the next one will do.
    if (kind === 'Status' && status === 409 && isAttemptOver(body)) return { kind: 'superseded', message };
    return { kind: 'away', message: `status ${status}: ${String(message)}` };
  }
}

/** How long to wait before try number `tries` + 1, in milliseconds. `random` is between 0 and 1. */
export function backoffMs(tries: number, random: number): number {
  return Math.min(CAP_MS, FIRST_MS * 2 ** Math.min(tries - 1, 16)) * (1 - random / 2);
}

/**
 * The Meeting as it is at our start, asked for until `withinMs` have passed while the API is away.
 * @returns the last answer: a Meeting, or why there is none
 */
export async function firstMeeting(
  api: ControllerApi,
  withinMs: number,
  { clock, logger, random, signal }: { clock: Clock; logger: Logger; random: () => number; signal: AbortSignal },
): Promise<Answer> {
  const deadline = clock.monotonic() + withinMs;
  for (let tries = 1; ; tries++) {
    const answer = await api.get();
    const wait = backoffMs(tries, random());
    if (answer.kind !== 'away' || clock.monotonic() + wait > deadline) return answer;
    logger.warn({ why: answer.message, tries }, 'the API does not answer');
    await clock.sleep(wait, signal);
  }
}
