import { Counter, Histogram, type Registry } from 'prom-client';
import { CALL_SECONDS } from './buckets.ts';

/** One answered request. */
export interface AnsweredRequest {
  method: string;
  /** The route's pattern, never the path; undefined: there is no such route. */
  route: string | undefined;
  status: number;
  milliseconds: number;
}

/** A route of the API. */
export interface KnownRoute {
  /** Its pattern. */
  route: string;
  methods: Iterable<string>;
}

const METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'];

/** Requests to the API. */
export class HttpMetrics {
  readonly #requests: Counter<'method' | 'route' | 'code'>;
  readonly #seconds: Histogram<'method' | 'route'>;

  constructor(registry: Registry) {
    const registers = [registry];
    this.#requests = new Counter({
      name: 'meetingbot_http_requests_total',
      help: 'Requests answered, by the pattern of their route; a watch counts when it ends.',
      labelNames: ['method', 'route', 'code'],
      registers,
    });
    this.#seconds = new Histogram({
      name: 'meetingbot_http_request_duration_seconds',
      help: 'How long requests took, watches left out.',
      labelNames: ['method', 'route'],
      buckets: CALL_SECONDS,
      registers,
    });
  }

  /** Its first failure is an increase. */
  expect({ route, methods }: KnownRoute): void {
    for (const method of methods) this.#requests.inc({ method, route, code: '500' }, 0);
  }

  answered({ method, route = 'unknown', status, milliseconds }: AnsweredRequest, isWatch: boolean): void {
    const labels = { method: METHODS.includes(method) ? method : 'other', route };
    this.#requests.inc({ ...labels, code: String(status) });
    if (!isWatch) this.#seconds.observe(labels, milliseconds / 1000);
  }
}
