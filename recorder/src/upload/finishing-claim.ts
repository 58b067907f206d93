import { randomUUID } from 'node:crypto';
import { finishingClaimKey, type MeetingIdentity } from '@meetingbot/crds-schema';
import { isStoreError, type ObjectStore, unchanged } from './object-store.ts';
import type { Persistence } from './persistence.ts';
import { UploadError } from './upload-error.ts';

/** Others of the same Meeting may take it in between; there are never many. */
const TRIES = 5;

interface ClaimOptions {
  readonly store: ObjectStore;
  readonly persistence: Persistence;
  readonly meeting: MeetingIdentity;
  readonly attempt: number;
}

interface Claimed {
  readonly attempt: number;
  readonly id: string;
}

/**
 * Says in S3 who finishes a Meeting's recording: the latest attempt that wants to. Several objects become the recording, and
 * S3 replaces each on a condition but not all of them at once. So whoever finishes takes the claim, looks at what it will
 * replace, sees that the claim is still its own, and then writes on the condition that nothing has changed since it looked:
 * one whose claim was taken meanwhile changes nothing more that its taker has not seen, and is refused where the taker has
 * changed it.
 */
export class FinishingClaim {
  readonly #options: ClaimOptions;
  readonly #own: Claimed;

  private constructor(options: ClaimOptions, own: Claimed) {
    this.#options = options;
    this.#own = own;
  }

  /** @throws UploadError `Contended` where a later attempt has it */
  static async take(options: ClaimOptions): Promise<FinishingClaim> {
    const { store, persistence, meeting, attempt } = options;
    const key = finishingClaimKey(meeting);
    const claim = new FinishingClaim(options, { attempt, id: randomUUID() });
    const body = Buffer.from(JSON.stringify(claim.#own));
    for (let tries = 1; tries <= TRIES; tries++) {
      const found = await persistence.until(`look for ${key}`, (signal) => store.head(key, { signal }));
      const holder = found && (await claim.#holder());
      // A try of ours whose answer was lost.
      if (holder?.id === claim.#own.id) return claim;
      if (holder !== undefined && holder.attempt > attempt) throw contended(`attempt ${holder.attempt} finishes it`);
      try {
        await persistence.until(`put ${key}`, (signal) =>
          store.put(key, body, { contentType: 'application/json', ...unchanged(found), signal }),
        );
        return claim;
      } catch (error) {
        if (!isStoreError(error, 'AlreadyExists', 'Changed')) throw error;
      }
    }
    throw contended('others finish it at the same time');
  }

  /** @throws UploadError `Contended` where another attempt has taken it, or has finished */
  async confirm(): Promise<void> {
    const holder = await this.#holder();
    if (holder?.id === this.#own.id) return;
    throw contended(holder === undefined ? 'another attempt has finished it' : `attempt ${holder.attempt} finishes it`);
  }

  /** Gives it back where it is still ours. One try. */
  async release(signal: AbortSignal): Promise<void> {
    const { store, meeting } = this.#options;
    const holder = await readClaim(store, meeting, signal);
    if (holder?.id === this.#own.id) await store.delete([finishingClaimKey(meeting)], { signal });
  }

  #holder(): Promise<Claimed | undefined> {
    const { store, persistence, meeting } = this.#options;
    return persistence.until('see who finishes', (signal) => readClaim(store, meeting, signal));
  }
}

/** Who has it; undefined: nobody, or somebody whose words nobody understands. */
async function readClaim(
  store: ObjectStore,
  meeting: MeetingIdentity,
  signal: AbortSignal,
): Promise<Claimed | undefined> {
  try {
    const body = await store.get(finishingClaimKey(meeting), { signal });
    const { attempt, id } = JSON.parse(body.toString()) as Partial<Claimed>;
    return typeof attempt === 'number' && typeof id === 'string' ? { attempt, id } : undefined;
  } catch (error) {
    if (error instanceof SyntaxError || isStoreError(error, 'NotFound')) return undefined;
    throw error;
  }
}

/** Another recorder of the Meeting is at its end at the same time. */
export function contended(why: string, cause?: unknown): UploadError {
  const message = `another recorder of this meeting is at its end, too: ${why}; what is in S3 stays as it is`;
  return new UploadError('Contended', message, { cause });
}
