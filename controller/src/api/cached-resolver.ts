import type { Clock } from '@meetingbot/crds-schema';
import type { HostResolver } from './url-rules.ts';

/** Milliseconds that an answer, or that there was none, is believed: it is asked for again when a page is opened. */
const BELIEVED = 30_000;
const CAPACITY = 1_000;

/** Asks once for a host that many Meetings name, also while the answer is awaited. */
export function cachedResolver(resolver: HostResolver, clock: Pick<Clock, 'monotonic'>): HostResolver {
  const answers = new Map<string, { answer: Promise<string[]>; until: number }>();
  return {
    resolve(hostname) {
      const now = clock.monotonic();
      const known = answers.get(hostname);
      if (known !== undefined && known.until > now) return known.answer;
      const answer = resolver.resolve(hostname);
      answers.delete(hostname);
      answers.set(hostname, { answer, until: now + BELIEVED });
      const [oldest] = answers.keys();
      if (answers.size > CAPACITY && oldest !== undefined) answers.delete(oldest);
      return answer;
    },
  };
}
