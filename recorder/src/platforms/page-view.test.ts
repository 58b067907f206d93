import { DESCRIBED_PLATFORMS, type PageEvidence, type PlatformPages } from '@meetingbot/crds-schema';
import { describe, expect, it } from 'vitest';
import { classify } from './classify.ts';
import { madeSnapshot } from './made-snapshot.fixture.ts';
import { viewOf } from './page-view.ts';
import { BOT_NAMES } from './people.ts';
import { BUILT_IN } from './registry.ts';
import { SIGN_IN_FIELD } from './snapshot.ts';

/** Of made snapshots. */
const SINCE = 0;
const who = { displayName: 'Meeting Recorder', botNames: BOT_NAMES };
const ADDRESSES = {
  'google-meet': 'https://meet.google.com/abc-defg-hij',
  'microsoft-teams': 'https://teams.microsoft.com/v2/',
  zoom: 'https://app.zoom.us/wc/91234567890/join',
  jitsi: 'https://meet.jit.si/DesignReview',
};

/** What a page shows that has these kinds of proof of the call, by one sign each, and nothing else. */
function lookAt(pages: PlatformPages, kinds: readonly string[]) {
  const signs = pages.states.inCall.flatMap(({ name, any }) => (kinds.includes(name) ? [plainSign(any)] : []));
  const seen = Object.fromEntries(
    signs.flatMap(({ css, text, contains }) => (css === undefined ? [] : [[css, [text ?? contains ?? 'a label']]])),
  );
  const texts = signs.flatMap(({ css, text, contains }) => (css === undefined ? [text ?? contains ?? ''] : []));
  const snapshot = madeSnapshot({ url: ADDRESSES[pages.platform], seen, texts });
  return { snapshot, view: classify(snapshot, pages, who.displayName), stayedMs: 0 };
}

function plainSign(any: readonly PageEvidence[]): PageEvidence {
  const sign = any.find(({ url, title }) => url === undefined && title === undefined);
  if (sign === undefined) throw new Error('no sign that a page can show');
  return sign;
}

describe.each(DESCRIBED_PLATFORMS)('the call on %s', (platform) => {
  const pages = BUILT_IN[platform];
  const kinds = pages.states.inCall.map(({ name }) => name);

  it('is seen whichever button is missing', () => {
    expect(kinds.length).toBeGreaterThanOrEqual(3);
    for (const missing of kinds) {
      const look = lookAt(
        pages,
        kinds.filter((kind) => kind !== missing),
      );
      expect(viewOf(look, pages, { who, seenIn: undefined }), `without ${missing}`).toMatchObject({ state: 'inCall' });
    }
  });

  it('is begun by no single proof, and ended by none that is missing', () => {
    for (const kind of kinds) {
      const look = lookAt(pages, [kind]);
      expect(viewOf(look, pages, { who, seenIn: undefined }).state, `${kind} alone, before`).not.toBe('inCall');
      expect(viewOf(look, pages, { who, seenIn: SINCE }), `${kind} alone, after`).toMatchObject({ state: 'inCall' });
    }
  });

  it('is out of sight, and not over, where nothing of it is shown; then nobody is said to be there', () => {
    const view = viewOf(lookAt(pages, []), pages, { who, seenIn: SINCE });
    expect(view.state).toBe('unknown');
    expect(view).not.toHaveProperty('participants');
  });

  it('is elsewhere in another document, though that one may have begun before the last look was answered', () => {
    const look = lookAt(pages, kinds.slice(0, 1));
    expect(viewOf(look, pages, { who, seenIn: SINCE })).toMatchObject({ state: 'inCall' });
    for (const seenIn of [SINCE - 1, SINCE + 1])
      expect(viewOf(look, pages, { who, seenIn })).toMatchObject({ state: 'unknown', elsewhere: true });
    expect(viewOf(lookAt(pages, []), pages, { who, seenIn: undefined })).not.toHaveProperty('elsewhere');
  });

  it('is elsewhere, too, where another document refuses us: what refuses whoever comes is heard at the door', () => {
    const refusal = { state: 'refused', reason: 'BlockedByPlatform', evidence: 'a refusal' } as const;
    const look = { snapshot: madeSnapshot({ url: ADDRESSES[platform] }), view: refusal, stayedMs: 0 };
    expect(viewOf(look, pages, { who, seenIn: undefined })).toEqual(refusal);
    expect(viewOf(look, pages, { who, seenIn: SINCE })).toEqual(refusal);
    expect(viewOf(look, pages, { who, seenIn: SINCE + 1 })).toMatchObject({ state: 'unknown', elsewhere: true });
  });

  it('is not ended by the words of a refusal, once we are in, where it is proved in more than one part of the page', () => {
    const refusal = { state: 'refused', reason: 'BlockedByPlatform', evidence: 'a refusal' } as const;
    const over = { ...lookAt(pages, kinds), view: { ...refusal, call: 'leave; tiles' } };
    expect(viewOf(over, pages, { who, seenIn: SINCE })).toMatchObject({ state: 'inCall', evidence: 'leave; tiles' });
    expect(viewOf(over, pages, { who, seenIn: undefined })).toMatchObject({ state: 'refused' });
    expect(viewOf(over, pages, { who, seenIn: SINCE + 1 })).toMatchObject({ state: 'unknown', elsewhere: true });
  });

  it('has a number of people only where the page says one', () => {
    const view = viewOf(lookAt(pages, kinds.slice(0, 2)), pages, { who, seenIn: SINCE });
    expect(view).toMatchObject({ state: 'inCall' });
    expect(view).not.toHaveProperty('participants');
  });
});

describe('a page that says that it connects', () => {
  const pages = BUILT_IN['microsoft-teams'];
  const lookWith = (seen: Record<string, string[]>) => {
    const snapshot = madeSnapshot({ url: ADDRESSES['microsoft-teams'], texts: ['Connecting\u2026'], seen });
    return { snapshot, view: classify(snapshot, pages, who.displayName), stayedMs: 0 };
  };

  it('is no call yet, and no end of one: whoever is in stays in by one proof', () => {
    const hangup = { '#hangup-button': ['Leave'] };
    expect(viewOf(lookWith(hangup), pages, { who, seenIn: undefined })).toMatchObject({ state: 'unknown' });
    expect(viewOf(lookWith(hangup), pages, { who, seenIn: SINCE })).toMatchObject({ state: 'inCall' });
    expect(viewOf(lookWith({}), pages, { who, seenIn: SINCE })).toMatchObject({ state: 'unknown' });
  });
});

describe('where Meet ends whom nobody let in', () => {
  const pages = BUILT_IN['google-meet'];
  const snapshot = madeSnapshot({ url: 'https://meet.google.com/landing' });
  const look = { snapshot, view: classify(snapshot, pages, who.displayName), stayedMs: 0 };

  it('is the end of waiting, and by itself a page that we do not know', () => {
    expect(viewOf(look, pages, { who, seenIn: undefined, waited: true })).toMatchObject({ state: 'ended' });
    expect(viewOf(look, pages, { who, seenIn: undefined, waited: false })).toMatchObject({ state: 'unknown' });
    expect(viewOf(look, pages, { who, seenIn: SINCE + 1 })).toMatchObject({ state: 'unknown', elsewhere: true });
  });
});

describe('words that mean another thing to those who have waited', () => {
  const pages = BUILT_IN['google-meet'];
  const see = (text: string, waited: boolean) => {
    const snapshot = madeSnapshot({ url: ADDRESSES['google-meet'], texts: [text] });
    const view = classify(snapshot, pages, who.displayName);
    return viewOf({ snapshot, view, stayedMs: 0 }, pages, { who, seenIn: undefined, waited });
  };

  it('are a no from the lobby where they are a closed door before it', () => {
    const closed = "You can't join this video call";
    expect(see(closed, false)).toMatchObject({ state: 'refused', reason: 'BlockedByPlatform' });
    expect(see(closed, true)).toMatchObject({ state: 'refused', reason: 'LobbyDenied' });
  });

  it('are a no from the lobby where they are an end after the call', () => {
    expect(see('You left the meeting', false)).toMatchObject({ state: 'ended' });
    expect(see('You left the meeting', true)).toMatchObject({ state: 'removed' });
  });
});

describe('a page that has lost the call', () => {
  const pages = BUILT_IN.zoom;
  const [sign] = pages.states.overCall.lost ?? [];
  const seen = { [sign?.css ?? '']: [`${sign?.contains}, please try again`] };
  const snapshot = madeSnapshot({ url: ADDRESSES.zoom, seen });
  const look = { snapshot, view: classify(snapshot, pages, who.displayName), stayedMs: 0 };

  it('is one to go away from for whoever was in, whatever of the call is still drawn', () => {
    expect(look.view.state).toBe('lost');
    expect(viewOf(look, pages, { who, seenIn: SINCE })).toMatchObject({ state: 'unknown', elsewhere: true });
    expect(viewOf(look, pages, { who, seenIn: undefined })).not.toHaveProperty('elsewhere');
  });
});

describe('a sign-in', () => {
  const pages = BUILT_IN['google-meet'];
  const at = (seen: Record<string, string[]>, stayedMs: number) => {
    const snapshot = madeSnapshot({ url: 'https://accounts.google.com/ServiceLogin?passive=true', seen });
    return viewOf({ snapshot, view: classify(snapshot, pages, who.displayName), stayedMs }, pages, {
      who,
      seenIn: undefined,
    });
  };

  it('that asks for nothing is waited for, until it has stayed for ten seconds', () => {
    expect(at({}, 0)).toMatchObject({ state: 'unknown' });
    expect(at({}, 9999)).toMatchObject({ state: 'unknown' });
    expect(at({}, 10_000)).toMatchObject({ state: 'refused', reason: 'SignInRequired' });
  });

  it('that asks for somebody is a wall at once', () => {
    expect(at({ [SIGN_IN_FIELD]: [] }, 0)).toMatchObject({ state: 'refused', reason: 'SignInRequired' });
  });
});
