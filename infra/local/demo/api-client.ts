import type { Meeting, MeetingInput } from '@meetingbot/crds-schema';

/** The API as a user's script would call it. */
export class ApiClient {
  readonly #url: string;
  readonly #base: string;
  readonly #headers: Record<string, string>;

  /**
   * @param url - of the API, without a trailing slash
   * @param token - absent: none is sent
   */
  constructor(url: string, namespace = 'default', token?: string) {
    this.#url = url;
    this.#headers = token === undefined ? {} : { authorization: `Bearer ${token}` };
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

  async delete(name: string): Promise<void> {
    await this.#call('DELETE', `/${name}`);
  }

  /** The HTTP status of a path, whatever it is; of the Meetings' list where none is given. */
  async statusOf(path?: string): Promise<number> {
    const { headers, signal } = { headers: this.#headers, signal: AbortSignal.timeout(10_000) };
    const response = await fetch(path === undefined ? this.#base : this.#url + path, { headers, signal });
    await response.body?.cancel();
    return response.status;
  }

  async #call(method: string, path: string, body?: unknown, type = 'application/json'): Promise<Meeting> {
    const response = await fetch(this.#base + path, {
      method,
      headers: { ...this.#headers, ...(body === undefined ? {} : { 'content-type': type }) },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      signal: AbortSignal.timeout(10_000),
    });
    const answer = (await response.json()) as Meeting & { message?: string };
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${answer.message}`);
    return answer;
  }
}
