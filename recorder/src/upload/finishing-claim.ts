import { finishingClaimKey, finishingClaimsPrefix, type MeetingIdentity, manifestKey } from '@meetingbot/crds-schema';
import type { ObjectStore, StoredObject } from './object-store.ts';
import type { Persistence } from './persistence.ts';
import { UploadError } from './upload-error.ts';

interface ClaimOptions {
  readonly store: ObjectStore;
  readonly persistence: Persistence;
  readonly meeting: MeetingIdentity;
  readonly attempt: number;
}

/**
 * Says in S3 that an attempt makes a Meeting's final files; of several the latest may. Several objects become the recording,
 * and S3 replaces each on a condition but not all of them at once. So whoever finishes puts its claim, looks at what it will
 * replace, confirms that no later attempt has a claim and that the manifest is what it was, and then writes on the condition
 * that nothing has changed since it looked. One that is overtaken after it has confirmed changes nothing that the later one
 * has not yet looked at, without being refused, or having the later one refused. Segments are removed by who can confirm
 * once more when its manifest is written. Claims, those of earlier attempts too, are removed after that, so that who sees no
 * claim of an attempt that has finished sees its manifest. Who fails takes back its own and no other.
 */
export class FinishingClaim {
  readonly #options: ClaimOptions;

  private constructor(options: ClaimOptions) {
    this.#options = options;
  }

  /** @throws UploadError `Contended` where a later attempt has one */
  static async take(options: ClaimOptions): Promise<FinishingClaim> {
    const { store, persistence, meeting, attempt } = options;
    const key = finishingClaimKey(meeting, attempt);
    await persistence.until(`put ${key}`, (signal) =>
      store.put(key, Buffer.from('{}'), { contentType: 'application/json', signal }),
    );
    const claim = new FinishingClaim(options);
    try {
      await claim.confirmLatest();
    } catch (error) {
      await persistence.once((signal) => claim.withdraw(signal)).catch(() => undefined);
      throw error;
    }
    return claim;
  }

  /**
   * @param found - the manifest when it was looked at; undefined: there was none
   * @throws UploadError `Contended` where a later attempt has a claim, `Outdated` where the manifest has changed
   */
  async confirm(found: StoredObject | undefined): Promise<void> {
    const { persistence } = this.#options;
    await this.confirmLatest();
    if (!(await persistence.until('look for the manifest', (signal) => this.#isThere(found, signal)))) {
      throw outdated('another manifest was written');
    }
  }

  /** @throws UploadError `Contended` where a later attempt has a claim */
  async confirmLatest(): Promise<void> {
    const { persistence } = this.#options;
    if (await persistence.until('look who finishes', (signal) => this.#hasLater(signal))) throw contended();
  }

  /** Whether it could be confirmed. One try. */
  async holds(found: StoredObject | undefined, signal: AbortSignal): Promise<boolean> {
    return !(await this.#hasLater(signal)) && (await this.#isThere(found, signal));
  }

  /** Takes back this one alone. One try. */
  async withdraw(signal: AbortSignal): Promise<void> {
    const { store, meeting, attempt } = this.#options;
    await store.delete([finishingClaimKey(meeting, attempt)], { signal });
  }

  /** Removes it and those of the attempts before, when what it was for is done. One try. */
  async release(signal: AbortSignal): Promise<void> {
    const claims = await this.#list(signal);
    await this.#options.store.delete(
      claims.filter((key) => !this.#isLater(key)),
      { signal },
    );
  }

  async #hasLater(signal: AbortSignal): Promise<boolean> {
    return (await this.#list(signal)).some((key) => this.#isLater(key));
  }

  async #isThere(found: StoredObject | undefined, signal: AbortSignal): Promise<boolean> {
    const { store, meeting } = this.#options;
    return (await store.head(manifestKey(meeting), { signal }))?.etag === found?.etag;
  }

  async #list(signal: AbortSignal): Promise<string[]> {
    const { store, meeting } = this.#options;
    return (await store.list(finishingClaimsPrefix(meeting), { signal })).map(({ key }) => key);
  }

  #isLater(key: string): boolean {
    const { meeting, attempt } = this.#options;
    return Number.parseInt(key.slice(finishingClaimsPrefix(meeting).length), 10) > attempt;
  }
}

function contended(): UploadError {
  return new UploadError('Contended', 'a later recorder of this meeting makes its files: what is in S3 stays as it is');
}

/** What was looked at is not what there is any more. */
export function outdated(why: string, cause?: unknown): UploadError {
  return new UploadError('Outdated', `what is in S3 has changed since it was looked at: ${why}`, { cause });
}
