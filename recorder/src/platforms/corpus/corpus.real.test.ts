import type { DescribedPlatform } from '@meetingbot/crds-schema';
import { systemClock } from '@meetingbot/crds-schema';
import puppeteer, { type Browser, type Page } from 'puppeteer';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Classified, classify } from '../classify.ts';
import { BOT_NAMES, peopleOf } from '../people.ts';
import { BUILT_IN } from '../registry.ts';
import { type PageSnapshot, takeSnapshot } from '../snapshot.ts';
import type { CorpusCase } from './case.ts';
import { GOOGLE_MEET_CASES } from './google-meet.ts';
import { JITSI_CASES } from './jitsi.ts';
import { MICROSOFT_TEAMS_CASES } from './microsoft-teams.ts';
import { ZOOM_CASES } from './zoom.ts';

const CORPUS: readonly (readonly [DescribedPlatform, string, readonly CorpusCase[]])[] = [
  ['google-meet', 'https://meet.google.com/abc-defg-hij?hl=en', GOOGLE_MEET_CASES],
  ['microsoft-teams', 'https://teams.microsoft.com/v2/?meetingjoin=true', MICROSOFT_TEAMS_CASES],
  ['zoom', 'https://app.zoom.us/wc/91234567890/join', ZOOM_CASES],
  ['jitsi', 'https://meet.jit.si/DesignReview', JITSI_CASES],
];

const who = { displayName: 'Meeting Recorder', botNames: BOT_NAMES };
let browser: Browser;
let page: Page;
beforeAll(async () => {
  browser = await puppeteer.launch({ executablePath: '/usr/bin/chromium', args: ['--no-sandbox', '--lang=en-US'] });
  page = await browser.newPage();
});
afterAll(() => browser.close());

interface Verdict {
  readonly wanted: string;
  readonly got: string;
  readonly what: string;
}

async function judge(platform: DescribedPlatform, address: string, item: CorpusCase): Promise<Verdict> {
  await page.setContent(`<html lang="${item.language ?? 'en'}"><title>${item.title ?? 'Meeting'}</title>${item.html}`, {
    waitUntil: 'load',
  });
  const taken = await takeSnapshot(page, BUILT_IN[platform], { clock: systemClock, ms: 30_000 });
  const [main, ...frames] = taken.frames;
  if (main === undefined) throw new Error('no document');
  const snapshot: PageSnapshot = { frames: [{ ...main, url: item.url ?? address }, ...frames] };
  expect(main.unreadable).toEqual([]);
  const view = classify(snapshot, BUILT_IN[platform], who.displayName);
  const got = view.state === 'refused' ? `refused:${view.reason}` : isOneSided(view) ? 'controls' : view.state;
  if (item.participants !== undefined) {
    expect(peopleOf(snapshot, BUILT_IN[platform], who).participants, item.name).toBe(item.participants);
  }
  return { wanted: item.state, got, what: `${item.name}: ${view.evidence}` };
}

/** All that speaks for the call is drawn in one part of the page: only time tells. */
const isOneSided = (view: Classified): boolean => view.state === 'inCall' && view.oneSided === true;

/** Rows: what it is; columns: what it was taken for; only those that are not empty. */
function confusion(platform: string, verdicts: readonly Verdict[]): string {
  const names = [...new Set(verdicts.flatMap(({ wanted, got }) => [wanted, got]))];
  const columns = names.filter((name) => verdicts.some(({ got }) => got === name));
  const count = (row: string, column: string) =>
    verdicts.filter(({ wanted, got }) => wanted === row && got === column).length;
  const width = Math.max(...names.map(({ length }) => length));
  const short = columns.map((name) => name.replace('refused:', ''));
  const lines = names.map((row) => {
    const cells = columns.map((column, index) => String(count(row, column) || '·').padStart(short[index]?.length ?? 1));
    return `${row.padEnd(width)}  ${cells.join('  ')}`;
  });
  return [`${platform}: ${verdicts.length} pages`, `${''.padEnd(width)}  ${short.join('  ')}`, ...lines].join('\n');
}

describe('the classifier, on made pages', () => {
  it.each(CORPUS)('of %s takes each for what it is', async (platform, address, items) => {
    expect(items.length).toBeGreaterThanOrEqual(60);
    const verdicts: Verdict[] = [];
    for (const item of items) verdicts.push(await judge(platform, address, item));
    console.log(confusion(platform, verdicts));
    const isEnd = (state: string) =>
      ['ended', 'left', 'lost', 'removed'].includes(state) || state.startsWith('refused:');
    // The two that cost most: minutes of recorded lobby, and a meeting that is left in its middle.
    expect(verdicts.filter(({ wanted, got }) => wanted === 'lobby' && got === 'inCall')).toEqual([]);
    expect(verdicts.filter(({ wanted, got }) => wanted === 'inCall' && isEnd(got))).toEqual([]);
    expect(verdicts.filter(({ wanted, got }) => wanted !== got)).toEqual([]);
  });
});
