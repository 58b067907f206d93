import { type Clock, evidenceKey, type Logger, type MeetingIdentity, redactUrl } from '@meetingbot/crds-schema';
import { type PageEvidence, takeEvidence } from '../browser/index.ts';
import type { Visit } from '../platforms/index.ts';
import { type ObjectStore, tryFor } from '../upload/index.ts';

/** A meeting that goes wrong again and again needs no more pictures of it. */
const MAX_EVIDENCE = 8;
const PUT_MS = 10_000;

export interface EvidenceOptions {
  readonly store: Pick<ObjectStore, 'put'>;
  readonly meeting: MeetingIdentity;
  readonly attempt: number;
  /** What is on the display, as PNG; may throw. */
  readonly screen: () => Promise<Uint8Array>;
  /** Texts that are left out of what is kept; the longer of two that overlap first. */
  readonly hidden?: ReadonlySet<string>;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** Keeps what a page looked like when something was wrong with it, in S3 under `evidence/`. Never throws. */
export class EvidenceStore {
  readonly #options: EvidenceOptions;
  #count = 0;

  constructor(options: EvidenceOptions) {
    this.#options = options;
  }

  /** Takes picture, DOM and notes of a page. `what` is what was wrong, in words of ours. Resolves to the notes' key. */
  async keep(visit: Visit, what: string, notes: object = {}): Promise<string | undefined> {
    if (this.#count >= MAX_EVIDENCE) return undefined;
    this.#count += 1;
    const name = String(this.#count).padStart(2, '0');
    const { clock, logger, screen, hidden = new Set<string>() } = this.#options;
    const at = new Date(clock.now()).toISOString();
    const evidence = await takeEvidence(visit.page, screen, { clock, logger, hidden });
    const json = { at, what, url: redactUrl(visit.page.url()), ...notes };
    const hide = (text: string) => hideTexts(text, hidden);
    const kept = await Promise.all(partsOf(name, evidence, json, hide).map((part) => this.#put(part)));
    const keys = kept.filter((key) => key !== undefined);
    logger.info({ evidence: keys, what }, 'evidence');
    return keys[0];
  }

  async #put({ name, body, contentType }: Part): Promise<string | undefined> {
    const { store, meeting, attempt, clock, logger } = this.#options;
    const key = evidenceKey(meeting, attempt, name);
    try {
      const tries = { what: `put ${key}`, ms: PUT_MS, clock, logger };
      await tryFor(tries, (signal) => store.put(key, body, { contentType, signal }));
      return key;
    } catch (error) {
      logger.warn({ key, error: String(error) }, 'evidence could not be kept');
      return undefined;
    }
  }
}

interface Part {
  readonly name: string;
  readonly body: Buffer;
  readonly contentType: string;
}

function hideTexts(text: string, hidden: ReadonlySet<string>): string {
  return [...hidden].reduce((rest, secret) => rest.replaceAll(secret, '(hidden)'), text);
}

function partsOf(
  name: string,
  { screenshot, dom }: PageEvidence,
  notes: object,
  hide: (text: string) => string,
): Part[] {
  return [
    { name: `${name}.json`, body: Buffer.from(hide(JSON.stringify(notes, null, 2))), contentType: 'application/json' },
    ...(screenshot ? [{ name: `${name}.png`, body: Buffer.from(screenshot), contentType: 'image/png' }] : []),
    // As plain text: opened in a browser it must not run.
    ...(dom === undefined
      ? []
      : [{ name: `${name}.html.txt`, body: Buffer.from(hide(dom)), contentType: 'text/plain; charset=utf-8' }]),
  ];
}
