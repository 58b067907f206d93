import { silentLogger } from '@meetingbot/crds-schema';
import type { Page } from 'puppeteer';
import { LeapClock } from '../leap-clock.fixture.ts';
import { madeSnapshot } from './made-snapshot.fixture.ts';
import type { Visit } from './platform.ts';

/**
 * A visit to a page of one document that shows what it is told to, by the seconds since the visit began. `moves`: when the
 * mouse was moved.
 */
export function visitToldPage(shows: (seconds: number) => Parameters<typeof madeSnapshot>[0]) {
  const clock = new LeapClock();
  const begun = clock.monotonic();
  const seconds = () => (clock.monotonic() - begun) / 1000;
  const over = new AbortController();
  const frame = { evaluate: async () => madeSnapshot(shows(seconds())).frames[0] };
  const nothing = async () => undefined;
  const moves: number[] = [];
  const move = async () => void moves.push(seconds());
  const page = {
    ...{ mainFrame: () => frame, frames: () => [frame], url: () => 'https://meet.example.com/' },
    ...{ goto: nothing, once: nothing, off: nothing, waitForFunction: nothing, mouse: { move } },
    evaluate: async () => ({ status: 200, isHtml: true }),
  } as unknown as Page;
  const visit: Visit = {
    ...{ page, clock, logger: silentLogger, signal: over.signal },
    ...{ deadline: begun + 900_000, egressFailureOf: () => undefined },
  };
  return { visit, clock, seconds, moves, end: () => over.abort() };
}
