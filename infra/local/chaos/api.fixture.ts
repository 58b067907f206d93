import type { Meeting, MeetingInput } from '@meetingbot/crds-schema';

const TRIES_MS = 60_000;
const PAUSE_MS = 200;

/** A user who tries again while the API is away; an answer of the API is final. */
export class Api {
  readonly #base: string;

  constructor(url: string, namespace = 'default') {
    this.#base = `${url}/apis/meetingbot.dev/v1/namespaces/${namespace}/meetings`;
  }

  create(name: string, spec: MeetingInput['spec']): Promise<Meeting> {
    return this.#must('POST', '', { metadata: { name }, spec });
  }

  get(name: string): Promise<Meeting> {
    return this.#must('GET', `/${name}`);
  }

  /** undefined: there is none. */
  async find(name: string): Promise<Meeting | undefined> {
    const { status, body } = await this.#call('GET', `/${name}`);
    if (status === 404) return undefined;
    return body as Meeting;
  }

  patch(name: string, change: object): Promise<Meeting> {
    return this.#must('PATCH', `/${name}`, change);
  }

  delete(name: string): Promise<Meeting> {
    return this.#must('DELETE', `/${name}`);
  }

  async #must(method: string, path: string, body?: unknown): Promise<Meeting> {
    const { status, body: answer } = await this.#call(method, path, body);
    // A create whose answer was lost has been done.
    if (status === 409 && method === 'POST') return this.get((body as { metadata: { name: string } }).metadata.name);
    if (status >= 300) throw new Error(`${method} ${path}: ${status} ${JSON.stringify(answer)}`);
    return answer as Meeting;
  }

  async #call(method: string, path: string, body?: unknown): Promise<{ status: number; body: unknown }> {
    const type = method === 'PATCH' ? 'application/merge-patch+json' : 'application/json';
    const deadline = performance.now() + TRIES_MS;
    for (;;) {
      try {
        const response = await fetch(this.#base + path, {
          method,
          ...(body === undefined ? {} : { headers: { 'content-type': type }, body: JSON.stringify(body) }),
          signal: AbortSignal.timeout(10_000),
        });
        const answer: unknown = await response.json();
        if (response.status < 500 || performance.now() > deadline) return { status: response.status, body: answer };
      } catch (error) {
        if (performance.now() > deadline) throw error;
      }
      await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
    }
  }
}
