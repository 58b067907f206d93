import type { Meeting, MeetingInput } from '@meetingbot/crds-schema';

/** The API as a user's script would call it. */
export class ApiClient {
  readonly #base: string;

  /** @param url - of the API, without a trailing slash */
  constructor(url: string, namespace = 'default') {
    this.#base = `${url}/apis/meetingbot.dev/v1/namespaces/${namespace}/meetings`;
  }

  create(meeting: MeetingInput): Promise<Meeting> {
    return this.#call('POST', '', meeting);
  }

  get(name: string): Promise<Meeting> {
    return this.#call('GET', `/${name}`);
  }

  /** @param change - a JSON merge patch */
  patch(name: string, change: object): Promise<Meeting> {
    return this.#call('PATCH', `/${name}`, change, 'application/merge-patch+json');
  }

  async #call(method: string, path: string, body?: unknown, type = 'application/json'): Promise<Meeting> {
    const response = await fetch(this.#base + path, {
      method,
      ...(body === undefined ? {} : { headers: { 'content-type': type }, body: JSON.stringify(body) }),
      signal: AbortSignal.timeout(10_000),
    });
    const answer = (await response.json()) as Meeting & { message?: string };
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${answer.message}`);
    return answer;
  }
}
