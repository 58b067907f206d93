import { describe, expect, it } from 'vitest';
import { classify, fold } from './classify.ts';
import { madeSnapshot } from './made-snapshot.fixture.ts';
import { BUILT_IN } from './registry.ts';
import { SIGN_IN_FIELD } from './snapshot.ts';

const MEET = BUILT_IN['google-meet'];
const ZOOM = BUILT_IN.zoom;
const NAME = 'Meeting Recorder';
const call = { 'button[jsname="CQylAd"]': ['Leave call'], 'button[jsname="r8qRAd"]': ['Turn on captions'] };

describe('the classifier', () => {
  it('wants two kinds of proof of the call, and tells of a single one', () => {
    expect(classify(madeSnapshot({ seen: call }), MEET, NAME).state).toBe('inCall');
    const one = { 'button[jsname="CQylAd"]': ['Leave call'], 'button[aria-label="Leave call" i]': ['Leave call'] };
    expect(classify(madeSnapshot({ seen: one }), MEET, NAME)).toMatchObject({ state: 'unknown', proofs: 1 });
  });

  it('says when all proofs are drawn in one place, which the lobby draws, too, whatever number stands there', () => {
    const numbered = { ...call, 'button[aria-label^="People" i]': ['People - 5 joined'], '[data-avatar-count]': ['5'] };
    expect(classify(madeSnapshot({ seen: numbered }), MEET, NAME)).toMatchObject({ state: 'inCall', oneSided: true });
    for (const other of [
      { seen: { ...numbered, '[data-self-name]': [NAME] } },
      { texts: ['You have joined the call'] },
    ])
      expect(classify(madeSnapshot({ seen: numbered, ...other }), MEET, NAME)).not.toHaveProperty('oneSided');
  });

  it('knows a page that connects, after all that it shows otherwise', () => {
    const seen = { 'button[aria-label="Leave" i]': ['Leave'] };
    const texts = ['Joining Meeting\u2026'];
    expect(classify(madeSnapshot({ texts }), ZOOM, NAME)).toMatchObject({ state: 'connecting', proofs: 0 });
    expect(classify(madeSnapshot({ texts, seen }), ZOOM, NAME)).toMatchObject({ state: 'connecting', proofs: 1 });
    const lobby = [...texts, 'Waiting for the host\u2026'];
    expect(classify(madeSnapshot({ texts: lobby, seen }), ZOOM, NAME).state).toBe('lobby');
    const form = { '#input-for-name': [] };
    expect(classify(madeSnapshot({ texts, seen: form }), ZOOM, NAME).state).toBe('prejoin');
  });

  it('takes the title of an error for a meeting that is not begun, unless its words say more', () => {
    const title = 'Error - Zoom';
    const view = classify(madeSnapshot({ title }), ZOOM, NAME);
    expect(view).toEqual({ state: 'lobby', evidence: 'title "\u2026Error - Zoom\u2026"', isEarly: true });
    const texts = ['Invalid meeting ID'];
    expect(classify(madeSnapshot({ title, texts }), ZOOM, NAME)).toMatchObject({ reason: 'MeetingNotFound' });
  });

  it('tells where Meet ends whom nobody let in, by its address also over a field', () => {
    const home = { url: 'https://meet.google.com/landing?hs=197', seen: { 'input[jsname][type="text"]': [] } };
    expect(classify(madeSnapshot(home), MEET, NAME).state).toBe('givenUp');
    const alone = { url: 'https://meet.google.com/abc-defg-hij', texts: ['Return to home screen'] };
    expect(classify(madeSnapshot(alone), MEET, NAME).state).toBe('givenUp');
    const drawing = { ...alone, seen: { 'button[jsname="CQylAd"]': ['Leave call'] } };
    expect(classify(madeSnapshot(drawing), MEET, NAME).state).toBe('unknown');
  });

  it('puts a refusal before the lobby, and the lobby before the call', () => {
    const lobby = 'Asking to be let in\u2026';
    expect(classify(madeSnapshot({ seen: call, texts: [lobby] }), MEET, NAME).state).toBe('lobby');
    const denied = classify(
      madeSnapshot({ seen: call, texts: [lobby, 'Someone denied your request to join'] }),
      MEET,
      NAME,
    );
    expect(denied).toMatchObject({ state: 'refused', reason: 'LobbyDenied', advice: expect.any(String) });
  });

  it('believes no page that has not begun, and says what is behind a refusal, where the call is proved in two parts', () => {
    const certain = { ...call, '[data-self-name]': [NAME] };
    const early = "You can't create a meeting yourself";
    expect(classify(madeSnapshot({ texts: [early] }), MEET, NAME)).toMatchObject({ state: 'lobby', isEarly: true });
    expect(classify(madeSnapshot({ texts: [early], seen: call }), MEET, NAME)).toMatchObject({ state: 'lobby' });
    expect(classify(madeSnapshot({ texts: [early], seen: certain }), MEET, NAME).state).toBe('inCall');
    const full = ['This meeting is full'];
    const refusal = classify(madeSnapshot({ texts: full, seen: certain }), MEET, NAME);
    expect(refusal).toMatchObject({ state: 'refused', reason: 'BlockedByPlatform', call: expect.any(String) });
    expect(classify(madeSnapshot({ texts: full, seen: call }), MEET, NAME)).not.toHaveProperty('call');
  });

  it('believes no end while the call is proved, but for one that is drawn over it', () => {
    expect(classify(madeSnapshot({ seen: call, texts: ['Meeting ended'] }), MEET, NAME).state).toBe('inCall');
    expect(classify(madeSnapshot({ texts: ['Meeting ended'] }), MEET, NAME).state).toBe('ended');
    const zoom = { 'button[aria-label="Leave" i]': ['Leave'], '.single-main-container__video-frame': [] };
    const modal = '.zm-modal-body-title,.zm-modal,[role="dialog"],[role="alertdialog"]';
    const over = { ...zoom, [modal]: ['This meeting has been ended by host'] };
    expect(classify(madeSnapshot({ seen: over }), ZOOM, NAME).state).toBe('ended');
  });

  it.each([
    ['fr', 'Quelqu\u2019un va vous faire entrer'],
    ['de', 'Gleich geht es los'],
  ])('takes no lobby for the call that it cannot read (%s)', (language, words) => {
    const lobby = { seen: call, language, texts: [words] };
    const person = (name: string, self: boolean) => ({ name, self, speaking: false });
    const stateWith = (...people: ReturnType<typeof person>[]) =>
      classify(madeSnapshot({ ...lobby, people }), MEET, NAME).state;
    const ours = person(NAME, true);
    expect(stateWith()).toBe('unknown');
    expect(stateWith(ours)).toBe('unknown');
    expect(stateWith(ours, person('Ada', false))).toBe('inCall');
    // The page does not say that the tile is ours.
    expect(stateWith(person(' meeting recorder', false))).toBe('unknown');
    expect(stateWith(person(NAME, false), person('Ada', false))).toBe('inCall');
    expect(stateWith(person(NAME, false), person(NAME, false))).toBe('inCall');
    expect(stateWith(ours, person(NAME, false))).toBe('inCall');
  });

  it('tells a sign-in that may pass from one that asks, and from words of a wall', () => {
    const signIn = { url: 'https://accounts.google.com/ServiceLogin?passive=true' };
    expect(classify(madeSnapshot(signIn), MEET, NAME)).toMatchObject({ reason: 'SignInRequired', mayPass: true });
    const asks = madeSnapshot({ ...signIn, seen: { [SIGN_IN_FIELD]: [] } });
    const says = madeSnapshot({ texts: ['Sign in to join this video call'] });
    for (const wall of [asks, says]) {
      const view = classify(wall, MEET, NAME);
      expect(view).toMatchObject({ reason: 'SignInRequired' });
      expect(view).not.toHaveProperty('mayPass');
    }
  });

  it('never says a text of the page in its evidence', () => {
    const view = classify(madeSnapshot({ texts: ['Asking to be let in, Ada'] }), MEET, NAME);
    expect(view).toEqual({ state: 'lobby', evidence: '"…Asking to be let in…"' });
  });

  it('reads texts without what means nothing', () => {
    expect(fold(' You\u2019re  in the lobby\u2026 ')).toBe("you're in the lobby");
  });
});
