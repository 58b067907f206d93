import { describe, expect, it } from 'vitest';
import { type Classified, classify } from './classify.ts';
import { madeSnapshot } from './made-snapshot.fixture.ts';
import { type Done, nextAct } from './next-act.ts';
import { BUILT_IN } from './registry.ts';

const ZOOM = BUILT_IN.zoom;
const prejoin: Classified = { state: 'prejoin', evidence: 'a form' };
const MUTE = '#preview-audio-control-button[aria-label^="Mute" i]';
const form = {
  '#input-for-name': [],
  '#input-for-pwd': [],
  [MUTE]: ['Mute'],
  'button.preview-join-button': ['Join'],
};

type Seen = Record<string, string[]>;

/** Does what is asked for until nothing is, a tenth of a second between two acts; the microphone goes off by a click. */
function play(seen: Seen, hasPasscode: boolean, view = prejoin): string[] {
  let snapshot = madeSnapshot({ seen });
  const done = new Map<string, { times: number; at: number }>();
  const keys: string[] = [];
  for (let now = 1000; now < 2500; now += 100) {
    const act = nextAct(view, snapshot, ZOOM, { done, now, hasPasscode, documentAt: 0 });
    if (act === undefined) continue;
    keys.push(act.key);
    done.set(act.key, { times: (done.get(act.key)?.times ?? 0) + 1, at: now });
    const { [MUTE]: _, ...muted } = seen;
    if (act.key === 'off 0') snapshot = madeSnapshot({ seen: muted });
  }
  return keys;
}

const at = (key: string, times: number, when: number): Done => new Map([[key, { times, at: when }]]);

describe('what a guest does where nobody has begun the meeting', () => {
  it('is to load the page anew now and then, and nothing else', () => {
    const snapshot = madeSnapshot({ texts: ['This meeting link is invalid (3,001)'], seen: form });
    const act = (done: Done, now: number) =>
      nextAct(classify(snapshot, ZOOM, 'Meeting Recorder'), snapshot, ZOOM, {
        done,
        now,
        hasPasscode: false,
        documentAt: 0,
      });
    expect(act(new Map(), 1000)).toEqual({ do: 'reload', key: 'reload' });
    expect(act(at('reload', 40, 1000), 15_900)).toBeUndefined();
    expect(act(at('reload', 40, 1000), 16_000)).toEqual({ do: 'reload', key: 'reload' });
  });
});

describe('what a guest does next', () => {
  it('is name, passcode and devices before the button that joins', () => {
    expect(play(form, true)).toEqual(['name', 'passcode', 'off 0', 'join 0']);
  });

  it('types no passcode where there is none', () => {
    expect(play(form, false)).toEqual(['name', 'off 0', 'join 0']);
  });

  it('is not to join while the microphone is still on, whatever lay over its switch', () => {
    const snapshot = madeSnapshot({ seen: form });
    const named = { times: 1, at: 1000 };
    const after = (times: number, now: number) => {
      const done = new Map(Object.entries({ name: named, 'off 0': { times, at: 1000 } }));
      return nextAct(prejoin, snapshot, ZOOM, { done, now, hasPasscode: false, documentAt: 0 })?.key;
    };
    expect(after(1, 1100)).toBeUndefined();
    expect(after(1, 3000)).toBe('off 0');
    // Five clicks in vain: it is no switch that we know, and the meeting begins.
    expect(after(5, 3000)).toBe('join 0');
  });

  it('answers questions first, and also in lobby and call', () => {
    const seen = { ...form, '#disclaimer_agree': ['Agree'] };
    expect(play(seen, false)[0]).toBe('dialog disclaimer');
    for (const state of ['lobby', 'inCall'] as const) {
      expect(play(seen, false, { state, evidence: '' })).toEqual(['dialog disclaimer']);
    }
  });

  it('is nothing where we were refused, removed, or it is over', () => {
    const seen = { ...form, '#disclaimer_agree': ['Agree'] };
    const refused: Classified = { state: 'refused', reason: 'LobbyDenied', evidence: '' };
    for (const view of [
      refused,
      { state: 'ended', evidence: '' },
      { state: 'removed', evidence: '' },
    ] as Classified[]) {
      expect(play(seen, true, view)).toEqual([]);
    }
  });

  it('comes in beside the same account, and never puts it out', () => {
    const MEET = BUILT_IN['google-meet'];
    const controls = ['Switch here', 'Other ways to join'];
    const act = (labels: string[], done: Done, now: number) => {
      const snapshot = madeSnapshot({ texts: labels, controls: labels });
      return nextAct(prejoin, snapshot, MEET, { done, now, hasPasscode: false, documentAt: 0 });
    };
    expect(act(controls, new Map(), 1000)).toMatchObject({ target: { names: ['Other ways to join'] } });
    expect(act(controls, at('dialog elsewhere', 1, 1000), 1300)).toBeUndefined();
    const open = [...controls, 'Join here too'];
    expect(act(open, at('dialog elsewhere', 1, 1000), 3000)).toMatchObject({ target: { names: ['Join here too'] } });
  });

  it('gives the passcode to a lobby that takes it, once, and waits where there is none to give', () => {
    const JITSI = BUILT_IN.jitsi;
    const lobby: Classified = { state: 'lobby', evidence: 'words' };
    const snapshot = madeSnapshot({ seen: { '[data-testid="lobby.enterPasswordButton"]': [] } });
    const act = (hasPasscode: boolean, done: Done = new Map()) =>
      nextAct(lobby, snapshot, JITSI, { done, now: 9000, hasPasscode, documentAt: 0 });
    expect(act(true)).toMatchObject({ do: 'click', key: 'offer' });
    expect(act(true, at('offer', 1, 1000))).toBeUndefined();
    expect(act(false)).toBeUndefined();
  });

  it('answers the question that lies over the way in, whose button stays drawn', () => {
    const JITSI = BUILT_IN.jitsi;
    const seen = {
      '[data-testid="prejoin.joinMeeting"]': ['Join meeting'],
      '[role="dialog"]:has(input[name="lockKey"]) #modal-dialog-ok-button': ['Join'],
    };
    const done: Done = new Map([['passcode', { times: 1, at: 1000 }]]);
    const past = { done, now: 1500, hasPasscode: true, documentAt: 0 };
    expect(nextAct(prejoin, madeSnapshot({ seen }), JITSI, past)).toMatchObject({
      target: { css: expect.stringContaining('modal-dialog-ok-button') },
    });
  });

  it('knocks again late and seldom only', () => {
    const snapshot = madeSnapshot({ seen: { 'button.preview-join-button': ['Join'] } });
    const act = (done: Done, now: number) =>
      nextAct(prejoin, snapshot, ZOOM, { done, now, hasPasscode: false, documentAt: 0 })?.key;
    expect(act(at('join 0', 1, 0), 39_000)).toBeUndefined();
    expect(act(at('join 0', 1, 0), 41_000)).toBe('join 0');
    expect(act(at('join 0', 3, 0), 900_000)).toBeUndefined();
  });

  it('knocks again soon where a question came over the button, and not without end', () => {
    const snapshot = madeSnapshot({ seen: { 'button.preview-join-button': ['Join'] } });
    const act = (knocks: number, answeredAt: number, now: number) => {
      const done = new Map([...at('join 0', knocks, 1000), ...at('dialog devices', 1, answeredAt)]);
      return nextAct(prejoin, snapshot, ZOOM, { done, now, hasPasscode: false, documentAt: 0 })?.key;
    };
    expect(act(1, 1500, 2500)).toBeUndefined();
    expect(act(1, 1500, 3000)).toBe('join 0');
    expect(act(1, 500, 3000)).toBeUndefined();
    expect(act(3, 1500, 900_000)).toBeUndefined();
  });

  it('knocks again soon, and once, where the page that was knocked at has given way to another one', () => {
    const snapshot = madeSnapshot({ seen: { 'button.preview-join-button': ['Join'] } });
    const act = (knocks: number, documentAt: number, now: number) =>
      nextAct(prejoin, snapshot, ZOOM, { done: at('join 0', knocks, 1000), now, hasPasscode: false, documentAt })?.key;
    expect(act(1, 1500, 2500)).toBeUndefined();
    expect(act(1, 1500, 3000)).toBe('join 0');
    expect(act(1, 500, 3000)).toBeUndefined();
    expect(act(2, 1500, 3000)).toBeUndefined();
    expect(act(2, 1500, 41_000)).toBe('join 0');
  });
});
