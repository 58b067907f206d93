import { type Clock, type PlatformPages, redactUrl } from '@meetingbot/crds-schema';
import type { Page } from 'puppeteer';
import { BrowserError, bounded, isMoved } from '../browser/index.ts';
import type { Announcement } from './announcement.ts';
import { type Classified, classify, holds, isKnown } from './classify.ts';
import { STEP_MS } from './elements.ts';
import { type Act, type Answer, isThere, nextAct } from './next-act.ts';
import { passcodeFault } from './passcode.ts';
import { isCounterShown, shownIn } from './people.ts';
import { JoinError, type Visit } from './platform.ts';
import { type PageSnapshot, takeSnapshot } from './snapshot.ts';
import { stuck } from './stuck.ts';
import { clickTarget, fillField } from './targets.ts';

/** Between two acts, and between two looks in the call, in milliseconds. */
const PACE_MS = 300;
const PACE_IN_CALL_MS = 1000;
/** How long a page may be none we know before it is called unknown, and how long a known one may lead nowhere. */
const UNKNOWN_MS = 60_000;
const STUCK_MS = 120_000;
/** Controls that are woken for the number on them lie over the picture for some seconds. */
const WAKE_AGAIN_MS = 30_000;

/** What is typed; the texts never reach a log. */
export interface GuestWords {
  readonly displayName: string;
  readonly passcode: string | undefined;
}

/** A look at the page, and what it showed. */
export interface Look {
  readonly snapshot: PageSnapshot;
  readonly view: Classified;
  /** Monotonic, milliseconds. */
  readonly at: number;
  /** How long this document has been there, from the first look at it to this one, in milliseconds. */
  readonly stayedMs: number;
  /** How long the page has been on its way in by itself in every look. */
  readonly connectingMs: number;
}

/** One guest on one page: does what a guest does until the visit is over. */
export class Attendance {
  readonly #visit: Visit;
  readonly #pages: PlatformPages;
  readonly #words: GuestWords;
  readonly #onAnswered: (dialog: string) => void;
  readonly #announcement: Announcement | undefined;
  readonly #done = new Map<string, { times: number; at: number }>();
  #last: Look | undefined;
  /** When the present document was first looked at, monotonic. */
  #documentAt = 0;
  /** Since when the page is on its way in by itself, monotonic; undefined: it is not. */
  #connectingSince: number | undefined;
  #nudge = 0;
  /** When the controls were last woken for the number on them, monotonic. */
  #wokenAt = Number.NEGATIVE_INFINITY;
  #isGuest = false;

  constructor(
    visit: Visit,
    pages: PlatformPages,
    words: GuestWords,
    onAnswered: (dialog: string) => void,
    announcement?: Announcement,
  ) {
    this.#visit = visit;
    this.#pages = pages;
    this.#words = words;
    this.#onAnswered = onAnswered;
    this.#announcement = announcement;
  }

  /** The page has taken us for somebody without an account. */
  get isGuest(): boolean {
    return this.#isGuest;
  }

  /** @throws BrowserError; the call's own error where the page is on its way elsewhere */
  async look(ms?: number): Promise<Look> {
    const { page, clock } = this.#visit;
    const before = this.#last?.snapshot.frames[0]?.since;
    const snapshot = await takeSnapshot(page, this.#pages, { clock, ...(ms === undefined ? {} : { ms }) });
    const at = clock.monotonic();
    if (snapshot.frames[0]?.since !== before) {
      this.#startAnew();
      this.#documentAt = at;
    }
    const view = classify(snapshot, this.#pages, this.#words.displayName);
    this.#isGuest ||= this.#pages.states.guest?.some((each) => holds(each, snapshot)) ?? false;
    this.#connectingSince = view.state === 'connecting' ? (this.#connectingSince ?? at) : undefined;
    const connectingMs = at - (this.#connectingSince ?? at);
    this.#last = { snapshot, view, at, stayedMs: at - this.#documentAt, connectingMs };
    return this.#last;
  }

  /**
   * Where nobody can be waited for but the page, as once somebody has let us in, its time is that of any step.
   * @throws JoinError `JoinFailed`
   */
  mustGetIn({ view, connectingMs }: Look): void {
    if (connectingMs >= STUCK_MS) throw stuck(view, this.#done);
  }

  /**
   * Goes from the first page to the call's door: resolves when the page shows lobby, call or an end.
   * @throws JoinError `UnknownPage` or `JoinFailed`; BrowserError
   */
  async arrive(): Promise<void> {
    const { clock, signal, deadline } = this.#visit;
    const begun = clock.monotonic();
    let knownAt = begun;
    let askedSince: number | undefined;
    for (;;) {
      signal.throwIfAborted();
      const look = await this.#freshLook(STEP_MS);
      const now = clock.monotonic();
      if (look !== undefined) {
        const { state, evidence } = look.view;
        const known = isKnown(look.view);
        if (['lobby', 'inCall', 'ended', 'left', 'removed'].includes(state)) return;
        // A refusal is judged by whoever looks on: it has to be seen twice.
        if (known) knownAt = now;
        if (now - knownAt >= UNKNOWN_MS && !known) {
          throw new JoinError('UnknownPage', `a page that we do not know for ${UNKNOWN_MS / 1000} s: ${evidence}`);
        }
        askedSince = this.#isAsked(look) ? (askedSince ?? now) : undefined;
        const hasPasscode = this.#words.passcode !== undefined;
        const fault = passcodeFault({ askedSince, hasPasscode, done: this.#done, now });
        if (fault !== undefined) throw new JoinError('WrongPasscode', fault);
        if (now >= deadline || now - Math.max(begun, this.#lastActAt()) >= STUCK_MS) throw stuck(look.view, this.#done);
        await this.#act(look);
      }
      await clock.sleep(PACE_MS, signal);
    }
  }

  /** What was seen and done, for evidence. */
  notes(): object {
    const done = Object.fromEntries([...this.#done].map(([key, { times }]) => [key, times]));
    const frames = this.#last?.snapshot.frames.map(({ url, title, texts, controls }) => {
      return { url: redactUrl(url), title, texts: texts.slice(0, 100), controls: controls.slice(0, 100) };
    });
    return { view: this.#last?.view, done, frames };
  }

  /** Goes on answering, and joins again where the lobby leads to another page of the way in. Ends with the visit. */
  async stay(): Promise<void> {
    const { clock, signal, logger } = this.#visit;
    let inCallSince: number | undefined;
    while (!signal.aborted) {
      try {
        const look = await this.#freshLook();
        if (look !== undefined) await this.#act(look);
        inCallSince = look?.view.state === 'inCall' ? (inCallSince ?? clock.monotonic()) : undefined;
        if (inCallSince !== undefined) {
          await this.#announcement?.say(this.#visit, this.#pages, clock.monotonic() - inCallSince);
        }
        if (look !== undefined) await this.#wakeWhereWanted(look);
      } catch (error) {
        // Whoever looks on sees the same, and decides.
        if (!signal.aborted) logger.debug({ error: String(error) }, 'nothing could be done to the page');
      }
      const pace = this.#last?.view.state === 'inCall' ? PACE_IN_CALL_MS : PACE_MS;
      await clock.sleep(pace, signal).catch(() => undefined);
    }
  }

  /** The last look, where nothing was done since and it is recent: others look too. */
  async #freshLook(ms?: number): Promise<Look | undefined> {
    const { clock } = this.#visit;
    const last = this.#last;
    if (last !== undefined && clock.monotonic() - last.at < PACE_IN_CALL_MS && last.at > this.#lastActAt()) return last;
    try {
      return await this.look(ms);
    } catch (error) {
      if (isMoved(error)) return undefined;
      throw error;
    }
  }

  async #act({ view, snapshot }: Look): Promise<void> {
    const { clock, logger } = this.#visit;
    const hasPasscode = this.#words.passcode !== undefined;
    const past = { done: this.#done, now: clock.monotonic(), hasPasscode, documentAt: this.#documentAt };
    const act = nextAct(view, snapshot, this.#pages, past);
    if (act === undefined) return;
    try {
      const done = await this.#perform(act);
      if (done === undefined) return;
      const times = (this.#done.get(done.key)?.times ?? 0) + 1;
      this.#done.set(done.key, { times, at: clock.monotonic() });
      if (done.do === 'answer') this.#onAnswered(done.dialog);
      logger.info({ act: done.key, page: view.state }, 'on the page');
    } catch (error) {
      if (error instanceof BrowserError) throw error;
      if (!isMoved(error)) logger.info({ act: act.key, error: String(error) }, 'could not be done');
    }
  }

  /** @returns what was done, of several questions the one that was answered; undefined: nothing */
  async #perform(act: Act): Promise<Act | undefined> {
    if (act.do === 'answer') return this.#answer(act);
    return (await this.#attempt(act)) ? act : undefined;
  }

  #attempt(act: Exclude<Act, Answer>): Promise<boolean> {
    const { page, clock } = this.#visit;
    if (act.do === 'reload') return reload(page, clock);
    if (act.do === 'click') return clickTarget(page, act.target, clock, this.#pages);
    const text = act.key === 'name' ? this.#words.displayName : (this.#words.passcode ?? '');
    return fillField(page, act.css, text, clock, this.#pages);
  }

  /** Of several questions the one that lies on top. */
  async #answer(first: Answer): Promise<Answer | undefined> {
    const { page, clock } = this.#visit;
    const answers = first.others.length === 0 ? [] : [first, ...first.others];
    for (const each of answers) {
      const where = { near: each.near, isNowhereElse: true };
      if (await clickTarget(page, each.target, clock, this.#pages, where)) return each;
    }
    const where = { near: first.near, isNowhereElse: false };
    return (await clickTarget(page, first.target, clock, this.#pages, where)) ? first : undefined;
  }

  /** Another document: its fields are empty, and its switches where they are at first. */
  #startAnew(): void {
    for (const key of this.#done.keys()) {
      if (!key.startsWith('join ') && !key.startsWith('dialog ') && key !== 'reload') this.#done.delete(key);
    }
  }

  /** Where the call is not proved without the controls, or nobody else is shown and their number is out of sight. */
  async #wakeWhereWanted({ view, snapshot, at }: Look): Promise<void> {
    if ('proofs' in view && view.proofs > 0) return this.wakeControls(STEP_MS);
    if (view.state !== 'inCall' || at - this.#wokenAt < WAKE_AGAIN_MS || isCounterShown(snapshot, this.#pages)) return;
    if (shownIn(snapshot, this.#words.displayName).some(({ self }) => !self)) return;
    this.#wokenAt = at;
    await this.wakeControls(STEP_MS);
  }

  /** Controls hide while the mouse rests; a call is not proved without them. @param ms - how long that may take */
  async wakeControls(ms: number): Promise<void> {
    const { page, clock } = this.#visit;
    this.#nudge = this.#nudge === 0 ? 3 : 0;
    await bounded('moving the mouse', ms, page.mouse.move(320 + this.#nudge, 200 + this.#nudge), clock);
  }

  #lastActAt(): number {
    return Math.max(0, ...[...this.#done.values()].map(({ at }) => at));
  }

  #isAsked({ snapshot }: Look): boolean {
    return this.#pages.join.passcode.some((css) => isThere({ css }, snapshot));
  }
}

/** Has the page load itself anew once it has answered this call. */
async function reload(page: Page, clock: Clock): Promise<boolean> {
  const soon = () => void setTimeout(() => location.reload(), 0);
  await bounded('loading the page anew', STEP_MS, page.evaluate(soon), clock);
  return true;
}
