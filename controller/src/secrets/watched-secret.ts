import { createHash } from 'node:crypto';
import { type Clock, type Logger, parseSecretArn, type SecretRef, SettingsError } from '@meetingbot/crds-schema';
import { ControllerError } from '../errors.ts';
import type { SecretReader } from './secrets-manager.ts';

export interface WatchedSecretOptions<T> {
  /** Name of the setting, for messages. */
  setting: string;
  /** The setting's value: an ARN of Secrets Manager, or the secret as it stands. */
  value: string;
  /** What the secret means. @throws for one that means nothing; its message must not hold the secret */
  parse: (text: string) => T;
  reader: SecretReader;
  clock: Clock;
  log: Logger;
  /** Milliseconds between two reads. */
  interval: number;
}

/**
 * A secret of the settings that may change while we run. One that is named by its ARN is read at the start and then
 * again and again; where that fails, or what comes means nothing, the last good one stays.
 */
export class WatchedSecret<T> {
  readonly #options: Omit<WatchedSecretOptions<T>, 'value'>;
  readonly #ref: SecretRef | undefined;
  /** Of the text: what it holds need not lie in memory twice, or at all. */
  #digest: string;
  #current: T;

  private constructor(
    options: Omit<WatchedSecretOptions<T>, 'value'>,
    ref: SecretRef | undefined,
    text: string,
    current: T,
  ) {
    this.#options = options;
    this.#ref = ref;
    this.#digest = digestOf(text);
    this.#current = current;
  }

  /** @throws SettingsError that names the setting; ControllerError where Secrets Manager can't be reached */
  static async open<T>(options: WatchedSecretOptions<T>): Promise<WatchedSecret<T>> {
    const { value, ...others } = options;
    const { setting, parse, reader } = others;
    const ref = parseSecretArn(value);
    try {
      const text = ref === undefined ? value : await reader.read(ref);
      return new WatchedSecret(others, ref, text, parse(text));
    } catch (error) {
      if (error instanceof SettingsError || (error instanceof ControllerError && error.retryable)) throw error;
      throw new SettingsError(`settings: ${setting}: ${(error as Error).message}`);
    }
  }

  get current(): T {
    return this.#current;
  }

  /** Reads again, until the signal. Returns at once for a secret that can't change. */
  async run(signal: AbortSignal): Promise<void> {
    if (this.#ref === undefined) return;
    while (!signal.aborted) {
      await this.#options.clock.sleep(this.#options.interval, signal).catch(() => undefined);
      if (!signal.aborted) await this.refresh();
    }
  }

  /** Reads once more; never throws. */
  async refresh(): Promise<void> {
    const { setting, parse, reader, log } = this.#options;
    if (this.#ref === undefined) return;
    try {
      const text = await reader.read(this.#ref);
      if (digestOf(text) === this.#digest) return;
      this.#current = parse(text);
      this.#digest = digestOf(text);
      log.info({ setting }, 'the secret has changed');
    } catch (error) {
      log.warn({ setting, reason: (error as Error).message }, 'the secret could not be read again; the last one stays');
    }
  }
}

function digestOf(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
