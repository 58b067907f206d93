import { describe, expect, it } from 'vitest';
import type { PageView } from '../platforms/index.ts';
import type { MeetingRules } from './rules.ts';
import { type Action, initialState, type MeetingState, type Observation, type SeenBefore } from './state.ts';
import { step } from './step.ts';

const RULES: MeetingRules = {
  lobbyMs: 900_000,
  noShowMs: 1_200_000,
  aloneMs: 60_000,
  silenceMs: 600_000,
  silenceArmMs: 1_200_000,
  maxMs: 14_400_000,
  confirmMs: 1000,
  confirmAloneMs: 1000,
  endConfirmMs: 400,
  unknownMs: 20_000,
  elsewhereMs: 5000,
  maxRejoins: 5,
  maxTakes: 5,
  forgiveMs: 600_000,
};
const LOOK_MS = 500;

/** A meeting with a clock of its own; every look takes half a second. */
class Play {
  now = 1000;
  state: MeetingState;
  readonly actions: Action[] = [];
  readonly #rules: MeetingRules;

  constructor(rules: Partial<MeetingRules> = {}, before?: SeenBefore) {
    this.#rules = { ...RULES, confirmAloneMs: rules.confirmMs ?? RULES.confirmMs, ...rules };
    this.state = initialState(this.now, before);
  }

  see(observation: Observation): this {
    const next = step(this.state, observation, this.now, this.#rules);
    this.state = next.state;
    this.actions.push(...next.actions);
    return this;
  }

  /** Looks at the page for `seconds`, until it is over. */
  look(view: Partial<PageView> & { state: PageView['state'] }, seconds = 0.5): this {
    for (let looks = (seconds * 1000) / LOOK_MS; looks > 0 && this.state.phase !== 'over'; looks--) {
      this.now += LOOK_MS;
      this.see({ kind: 'page', view: { evidence: view.state, ...view } as PageView });
    }
    return this;
  }

  inCall(seconds = 0.5, participants?: number): this {
    return this.look({ state: 'inCall', ...(participants === undefined ? {} : { participants }) }, seconds);
  }

  joined(participants?: number): this {
    return this.see({ kind: 'entered' }).inCall(2, participants);
  }

  done(): string[] {
    return this.actions.map((action) => action.do);
  }

  get reason(): string | undefined {
    return this.state.end?.reason;
  }
}

describe('getting in', () => {
  it('counts when the call is seen twice, so far apart as the platform wants', () => {
    const play = new Play().see({ kind: 'entered' }).inCall(1);
    expect(play.state.phase).toBe('joining');
    play.inCall(0.5);
    expect(play.state.phase).toBe('inCall');
    expect(play.done()).toEqual(['prepare', 'record']);
  });

  it('does not count while steps of joining are still to be done', () => {
    const play = new Play().inCall(60);
    expect(play.state.phase).toBe('joining');
    expect(play.done()).toEqual([]);
  });

  it('does not count when something else is seen in between', () => {
    const play = new Play().see({ kind: 'entered' });
    for (let i = 0; i < 10; i++) play.inCall(1).look({ state: 'unknown' });
    expect(play.state.phase).toBe('joining');
    expect(play.done()).toEqual(Array(10).fill(['prepare', 'discard']).flat());
  });

  it('was when the call was first seen: its first seconds are captured before it is proved', () => {
    const play = new Play({ confirmMs: 3000 }).see({ kind: 'entered' }).look({ state: 'lobby' }, 10).inCall(0.5);
    const seenAt = play.now;
    expect(play.done()).toEqual(['prepare']);
    play.inCall(3);
    expect(play.done()).toEqual(['prepare', 'record']);
    expect(play.state.joinedAt).toBe(seenAt);
  });

  it('takes longer where nobody else is shown or all proofs are one-sided, as in a lobby that draws the controls first', () => {
    const rules = { confirmMs: 3000, confirmAloneMs: 8000 };
    const lobby = new Play(rules).see({ kind: 'entered' }).inCall(7, 1).look({ state: 'lobby' });
    expect(lobby.done()).toEqual(['prepare', 'discard']);
    const unsaid = new Play(rules).see({ kind: 'entered' }).inCall(8);
    expect(unsaid.state.phase).toBe('joining');
    expect(unsaid.inCall(0.5).state.phase).toBe('inCall');
    const company = new Play(rules).see({ kind: 'entered' }).inCall(3, 2).inCall(0.5, 2);
    expect(company.state.phase).toBe('inCall');
    const people = [{ name: 'Ada', self: false, speaking: false }];
    const oneSided = { state: 'inCall', participants: 5, people, oneSided: true } as const;
    const numbered = new Play(rules).see({ kind: 'entered' }).look(oneSided, 7).look({ state: 'lobby' });
    expect(numbered.done()).toEqual(['prepare', 'discard']);
    expect(new Play(rules).see({ kind: 'entered' }).look(oneSided, 8.5).state.phase).toBe('inCall');
    const shown = new Play(rules).see({ kind: 'entered' }).look({ state: 'inCall', people }, 3.5);
    expect(shown.state.phase).toBe('inCall');
  });

  it('begins anew when the browser is lost before the call is proved', () => {
    const play = new Play().see({ kind: 'entered' }).inCall(0.5).see({ kind: 'lost', what: 'Xvfb ended' });
    expect(play.done()).toEqual(['prepare', 'discard', 'rejoin']);
    expect(play.joined().done()).toEqual(['prepare', 'discard', 'rejoin', 'prepare', 'record']);
  });

  it('counts at the first look where the platform asks for no more', () => {
    const play = new Play({ confirmMs: 0 }).see({ kind: 'entered' }).inCall(0.5);
    expect(play.state.phase).toBe('inCall');
    expect(play.done()).toEqual(['record']);
  });

  it('goes through the lobby and does not record it', () => {
    const play = new Play().look({ state: 'lobby' }, 30);
    expect(play.state.phase).toBe('lobby');
    expect(play.done()).toEqual([]);
    play.joined();
    expect(play.state.phase).toBe('inCall');
  });

  it('ends in LobbyTimeout when nobody lets us in', () => {
    const play = new Play().see({ kind: 'entered' }).look({ state: 'lobby' }, 1000);
    expect(play.reason).toBe('LobbyTimeout');
    expect(play.now).toBe(1000 + 900_000);
  });

  it('does not blame the host where the lobby gave way to a page that nobody knows', () => {
    const waiting = () => new Play().see({ kind: 'entered' }).look({ state: 'lobby' }, 100);
    const away = waiting().look({ state: 'unknown' }, 1000);
    expect(away.reason).toBe('UnknownPage');
    expect(away.state.end?.message).toMatch(/^the lobby gave way to a page that we do not know, .*: unknown$/);
    // A page of the way in is known; and a moment without the lobby is no page.
    expect(waiting().look({ state: 'unknown', onTheWay: true }, 1000).reason).toBe('LobbyTimeout');
    expect(
      waiting().look({ state: 'unknown' }, 30).look({ state: 'lobby' }, 765).look({ state: 'unknown' }, 15).reason,
    ).toBe('LobbyTimeout');
  });

  it('says that there may be no such meeting where nobody ever began it', () => {
    const early = new Play().see({ kind: 'entered' }).look({ state: 'lobby', isEarly: true }, 1000);
    expect(early.state.end).toMatchObject({
      reason: 'LobbyTimeout',
      message: expect.stringMatching(/^nobody began the meeting, or there is none, within 900 s/),
    });
    const begun = new Play()
      .see({ kind: 'entered' })
      .look({ state: 'lobby', isEarly: true }, 100)
      .look({ state: 'lobby' }, 1000);
    expect(begun.state.end?.message).toMatch(/^nobody let us in, within 900 s/);
  });

  it('ends in LobbyTimeout also when a step waits for what comes after the lobby', () => {
    const play = new Play().look({ state: 'lobby' }, 10);
    play.see({ kind: 'joinFailed', reason: 'JoinFailed', message: 'steps[3]', timedOut: true });
    expect(play.reason).toBe('LobbyTimeout');
  });

  it('ends in UnknownPage when neither call nor lobby is ever seen', () => {
    const play = new Play().see({ kind: 'entered' }).look({ state: 'unknown' }, 1000);
    expect(play.reason).toBe('UnknownPage');
    expect(play.state.end?.message).toContain('the last look: unknown');
  });

  it('ends in JoinFailed when the steps are never done', () => {
    expect(new Play().look({ state: 'unknown' }, 1000).reason).toBe('JoinFailed');
  });

  it('ends with the words of what went wrong', () => {
    const play = new Play().see({ kind: 'joinFailed', reason: 'MeetingNotFound', message: '404', timedOut: false });
    expect(play.state.end).toEqual({ reason: 'MeetingNotFound', message: '404' });
  });

  it('believes a refusal when it is seen twice', () => {
    const denied = { state: 'refused', reason: 'LobbyDenied', evidence: 'denied' } as const;
    const play = new Play().look(denied);
    expect(play.reason).toBeUndefined();
    expect(play.look(denied).reason).toBe('LobbyDenied');
  });

  it('ends in LobbyTimeout when it is over for us while we wait in the lobby', () => {
    const play = new Play().see({ kind: 'entered' }).look({ state: 'lobby' }, 30).look({ state: 'ended' }, 19);
    expect(play.reason).toBeUndefined();
    expect(play.look({ state: 'ended' }, 2).reason).toBe('LobbyTimeout');
  });

  it('is closed by the platform where it puts us out of the lobby soon, without a word', () => {
    const waiting = (seconds: number) => new Play().see({ kind: 'entered' }).look({ state: 'lobby' }, seconds);
    const wordless = { state: 'ended', wordless: true } as const;
    expect(waiting(2).look(wordless, 30).reason).toBe('BlockedByPlatform');
    expect(waiting(600).look(wordless, 30).reason).toBe('LobbyTimeout');
    expect(waiting(2).look({ state: 'ended' }, 30).reason).toBe('LobbyTimeout');
  });

  it('is denied to whoever is removed before a lobby was seen, once the way in is behind us', () => {
    const play = new Play().look({ state: 'removed' }, 30);
    expect(play.reason).toBeUndefined();
    expect(play.see({ kind: 'entered' }).look({ state: 'removed' }, 30).reason).toBe('LobbyDenied');
  });

  it('is denied to whoever is removed from the lobby', () => {
    const play = new Play().look({ state: 'lobby' }, 5).look({ state: 'removed' }, 1);
    expect(play.reason).toBe('LobbyDenied');
  });

  it('is not ended by a sign of the end before we were in, unless it stays after all steps', () => {
    const play = new Play().look({ state: 'ended' }, 100);
    expect(play.reason).toBeUndefined();
    play.see({ kind: 'entered' }).look({ state: 'ended' }, 19);
    expect(play.reason).toBeUndefined();
    expect(play.look({ state: 'ended' }, 2).reason).toBe('Missed');
  });
});

describe('being there', () => {
  it('ends when the host ends it, seen twice', () => {
    const play = new Play().joined().look({ state: 'ended' });
    expect(play.reason).toBeUndefined();
    expect(play.look({ state: 'ended' }).reason).toBe('HostEnded');
    expect(play.done()).toEqual(['prepare', 'record', 'end']);
  });

  it('is not ended by one look that shows the end', () => {
    const play = new Play().joined().look({ state: 'ended' }).inCall().look({ state: 'ended' }).inCall(60);
    expect(play.state.phase).toBe('inCall');
  });

  it('ends when we are removed', () => {
    expect(new Play().joined().look({ state: 'removed' }, 1).reason).toBe('Removed');
  });

  it('ends at the longest time, which counts from the first moment in the call', () => {
    const play = new Play({ maxMs: 60_000 }).look({ state: 'lobby' }, 100).joined().inCall(100);
    expect(play.reason).toBe('MaxDuration');
    expect(play.now - (play.state.joinedAt ?? 0)).toBe(60_000);
  });

  it('ends at the longest time also where an earlier recorder had recorded the beginning', () => {
    const play = new Play({ maxMs: 60_000 }, { joinedAt: -40_000, others: false }).joined().inCall(100);
    expect(play.reason).toBe('MaxDuration');
    expect(play.now).toBe(20_000);
  });

  it('survives a lobby, an unknown page and nothing for a moment', () => {
    const play = new Play().joined();
    for (let i = 0; i < 20; i++) {
      play.look({ state: 'lobby' }, 0.5).inCall().look({ state: 'unknown' }, 15).see({ kind: 'tick' }).inCall();
    }
    expect(play.done()).toEqual(['prepare', 'record']);
  });

  it('stops recording when put back into the lobby, and goes on when let in again', () => {
    const play = new Play().joined().look({ state: 'lobby' }, 30);
    expect(play.state.phase).toBe('lobby');
    play.inCall(2);
    expect(play.done()).toEqual(['prepare', 'record', 'pause', 'prepare', 'record']);
  });

  it('ends at once on a stop, in every phase, and nothing follows', () => {
    for (const play of [new Play(), new Play().look({ state: 'lobby' }), new Play().joined()]) {
      play.see({ kind: 'stop', message: 'spec.stop is true' });
      expect(play.reason).toBe('StopRequested');
      const actions = play.done();
      play.see({ kind: 'terminate', message: 'SIGTERM' }).see({ kind: 'lost', what: 'browser' });
      expect(play.reason).toBe('StopRequested');
      expect(play.done()).toEqual(actions);
    }
  });

  it('ends in Terminated on SIGTERM', () => {
    expect(new Play().joined().see({ kind: 'terminate', message: 'SIGTERM' }).reason).toBe('Terminated');
  });
});

describe('the others', () => {
  it('have left when we are alone for the time given, once somebody was seen', () => {
    const play = new Play().joined(3).inCall(30, 2);
    const left = play.now;
    play.inCall(1000, 1);
    expect(play.reason).toBe('LeftAlone');
    expect(play.now - left).toBeGreaterThanOrEqual(60_000);
    expect(play.now - left).toBeLessThanOrEqual(61_000);
  });

  it('have not left when one is seen again', () => {
    const play = new Play().joined(3);
    for (let i = 0; i < 10; i++) play.inCall(50, 1).inCall(0.5, 2);
    expect(play.reason).toBeUndefined();
  });

  it('have not left when the page does not say', () => {
    const play = new Play().joined(3).inCall(30, 1).inCall(1000);
    expect(play.reason).toBeUndefined();
    expect(play.inCall(31, 1).reason).toBe('LeftAlone');
  });

  it('never came when nobody was seen for the time given', () => {
    const play = new Play().joined(1).inCall(1300, 1);
    expect(play.reason).toBe('NoShow');
    expect(play.now - (play.state.joinedAt ?? 0)).toBe(1_200_000);
  });

  it('came to the recorder before us: an empty room that we come into is one they have left', () => {
    const play = new Play({}, { joinedAt: -50_000, others: true }).joined(1);
    expect(play.inCall(61, 1).reason).toBe('LeftAlone');
  });

  it('may have come to the recorder before us, and what it recorded is not nothing', () => {
    const play = new Play({}, { joinedAt: -50_000, others: false }).joined(1);
    expect(play.inCall(1190, 1).reason).toBeUndefined();
    expect(play.inCall(20, 1).reason).toBe('LeftAlone');
  });

  it('were not there for one single look', () => {
    const play = new Play().joined(1).inCall(0.5, 2).inCall(100, 1);
    expect(play.state.othersSeen).toBe(false);
    expect(play.reason).toBeUndefined();
  });

  it('never came where nobody but us was ever shown, and have not left for that alone', () => {
    const people = [{ name: 'Recorder', self: true, speaking: false }];
    expect(new Play().joined().look({ state: 'inCall', people }, 1300).reason).toBe('NoShow');
    const shared = new Play().joined(3).look({ state: 'inCall', people }, 1300);
    expect(shared.reason).toBeUndefined();
  });

  it('are not missed where the page never says who is there', () => {
    expect(new Play().joined().inCall(4000).reason).toBeUndefined();
  });
});

describe('silence', () => {
  const silent = (play: Play, seconds: number) => {
    for (let i = 0; i < seconds; i++) {
      play.inCall(1, 2).see({ kind: 'sound', silentMs: play.now - 3000 });
    }
    return play;
  };

  it('counts late only, and then for the time given', () => {
    const play = silent(new Play().joined(2), 1790);
    expect(play.reason).toBeUndefined();
    expect(silent(play, 15).reason).toBe('Silence');
    expect(play.now - (play.state.joinedAt ?? 0)).toBeGreaterThanOrEqual(1_800_000);
  });

  it('begins anew with every sound', () => {
    const play = silent(new Play().joined(2), 1700).see({ kind: 'sound', silentMs: 0 });
    expect(play.inCall(599, 2).reason).toBeUndefined();
  });

  it('is none while the page shows somebody else speaking', () => {
    const play = silent(new Play().joined(2), 1790);
    play.look({ state: 'inCall', people: [{ name: 'Ada', self: false, speaking: true }] });
    expect(silent(play, 590).reason).toBeUndefined();
    play.look({ state: 'inCall', people: [{ name: 'Recorder', self: true, speaking: true }] });
    expect(silent(play, 20).reason).toBe('Silence');
  });

  it('is not put off by a sign that stays with the last one who spoke', () => {
    const play = silent(new Play().joined(2), 1790);
    const shown = (name: string) => [{ name, self: false, speaking: true }];
    play.look({ state: 'inCall', people: shown('Ada') }, 50).look({ state: 'inCall', people: shown('Grace') }, 50);
    const spokenAt = play.now;
    play.look({ state: 'inCall', people: shown('Grace') }, 700);
    expect(play.reason).toBe('Silence');
    expect(play.now - spokenAt).toBeLessThan(620_000);
    expect(play.now - spokenAt).toBeGreaterThan(600_000);
  });

  it('ends nothing where levels are not known', () => {
    const play = new Play().joined(2).see({ kind: 'sound', silentMs: undefined });
    expect(play.inCall(3000, 2).reason).toBeUndefined();
  });
});

describe('faults', () => {
  it('lead to going in again, with the take ended until we are in', () => {
    const play = new Play().joined().see({ kind: 'lost', what: 'the renderer crashed' });
    expect(play.done()).toEqual(['prepare', 'record', 'pause', 'rejoin']);
    expect(play.state.phase).toBe('joining');
    play.joined();
    expect(play.done()).toEqual(['prepare', 'record', 'pause', 'rejoin', 'prepare', 'record']);
    expect(play.look({ state: 'ended' }, 1).reason).toBe('HostEnded');
  });

  it('include a call that is out of sight for long', () => {
    const play = new Play().joined().look({ state: 'unknown' }, 21);
    expect(play.done()).toEqual(['prepare', 'record', 'pause', 'rejoin']);
  });

  it('include a page that went to another document, sooner', () => {
    const play = new Play().joined().look({ state: 'unknown', elsewhere: true }, 5);
    expect(play.done()).toEqual(['prepare', 'record']);
    expect(play.look({ state: 'unknown', elsewhere: true }, 1).done()).toEqual([
      'prepare',
      'record',
      'pause',
      'rejoin',
    ]);
  });

  it('are no matter where the call is back in time', () => {
    const play = new Play().joined().look({ state: 'unknown', elsewhere: true }, 4).inCall(60);
    expect(play.done()).toEqual(['prepare', 'record']);
  });

  it('include an encoder that does not start: display or sound may be what has died', () => {
    const play = new Play().joined().see({ kind: 'takeFailed', what: 'ffmpeg was not ready' });
    expect(play.done()).toEqual(['prepare', 'record', 'pause', 'rejoin']);
    expect(play.see({ kind: 'takeFailed', what: 'ffmpeg was not ready' }).done()).toHaveLength(4);
  });

  it('are given up after some tries in a row, each later than the last', () => {
    const play = new Play();
    for (let i = 0; i < 6; i++) play.see({ kind: 'lost', what: 'Chromium ended' });
    expect(play.reason).toBe('JoinFailed');
    const delays = play.actions.map((action) => (action.do === 'rejoin' ? action.delayMs : 'end'));
    expect(delays).toEqual([0, 2000, 5000, 10_000, 30_000, 'end']);
  });

  it('are given up as RecordingFailed when we were in before', () => {
    const play = new Play().joined();
    for (let i = 0; i < 6; i++) play.see({ kind: 'lost', what: 'Chromium ended' });
    expect(play.reason).toBe('RecordingFailed');
  });

  it('of long ago are forgiven', () => {
    const play = new Play();
    for (let i = 0; i < 20; i++) play.joined().inCall(601).see({ kind: 'lost', what: 'the renderer crashed' });
    expect(play.reason).toBeUndefined();
  });

  it('that end in a meeting that is over meanwhile end as the host ended it', () => {
    const play = new Play().joined().see({ kind: 'lost', what: 'hung' }).look({ state: 'ended' }, 1);
    expect(play.reason).toBe('HostEnded');
  });

  it('that end where there is no such meeting any more end as the host ended it', () => {
    const away = () => new Play().joined().see({ kind: 'lost', what: 'hung' }).see({ kind: 'entered' });
    expect(away().look({ state: 'lobby', isEarly: true }, 15).reason).toBeUndefined();
    expect(away().look({ state: 'lobby', isEarly: true }, 25).reason).toBe('HostEnded');
    // Loaded anew in between.
    const early = { state: 'lobby', isEarly: true } as const;
    expect(away().look(early, 14).look({ state: 'unknown' }, 2).look(early, 10).reason).toBe('HostEnded');
    expect(away().look(early, 14).look({ state: 'lobby' }, 2).look(early, 14).reason).toBeUndefined();
    expect(away().look({ state: 'lobby' }, 25).reason).toBeUndefined();
  });

  it('of an earlier recorder count the same', () => {
    expect(new Play({}, { joinedAt: -50_000, others: false }).look({ state: 'ended' }, 1).reason).toBe('HostEnded');
  });

  it('of the encoder begin a new take, some times in a row', () => {
    const play = new Play().joined();
    for (let i = 0; i < 5; i++) play.see({ kind: 'takeLost', what: 'ffmpeg ended with SIGKILL' });
    expect(play.done()).toEqual(['prepare', ...Array(6).fill('record')]);
    expect(play.see({ kind: 'takeLost', what: 'ffmpeg ended' }).reason).toBe('RecordingFailed');
  });

  it('of the encoder are nothing while nothing is to be recorded', () => {
    const play = new Play()
      .joined()
      .see({ kind: 'lost', what: 'Xvfb ended' })
      .see({ kind: 'takeLost', what: 'ffmpeg' });
    expect(play.done()).toEqual(['prepare', 'record', 'pause', 'rejoin']);
  });

  it('give who was in the whole time for getting in again, and who was not the rest of it', () => {
    const waited = new Play().look({ state: 'lobby' }, 800).see({ kind: 'lost', what: 'crash' });
    expect(waited.look({ state: 'lobby' }, 111).reason).toBe('LobbyTimeout');
    const was = new Play().look({ state: 'lobby' }, 800).joined().see({ kind: 'lost', what: 'crash' });
    expect(was.look({ state: 'lobby' }, 899).reason).toBeUndefined();
  });

  it('include a refusal that shows in the call: whoever goes in again hears it at the door', () => {
    const blocked = { state: 'refused', reason: 'BlockedByPlatform', evidence: 'blocked' } as const;
    const play = new Play().joined().look(blocked, 19);
    expect(play.done()).toEqual(['prepare', 'record']);
    play.look(blocked, 3);
    expect(play.reason).toBe('BlockedByPlatform');
    expect(play.done()).toEqual(['prepare', 'record', 'pause', 'rejoin', 'end']);
  });

  it('that cannot be mended end it as they say', () => {
    const play = new Play().see({ kind: 'failed', reason: 'InternalError', message: 'no Chromium' });
    expect(play.state.end).toEqual({ reason: 'InternalError', message: 'no Chromium' });
  });
});
