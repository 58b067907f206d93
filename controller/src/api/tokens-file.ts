import { readFile } from 'node:fs/promises';
import { type Clock, type Logger, SettingsError } from '@meetingbot/crds-schema';
import { type ApiTokens, type CurrentTokens, readTokens } from './api-tokens.ts';

const SETTING = 'API_TOKENS_FILE';

export interface TokensFileOptions {
  file: string;
  /** Tokens that are valid beside the file's. */
  others: CurrentTokens;
  clock: Clock;
  log: Logger;
  /** Milliseconds between two looks. */
  interval: number;
}

/**
 * Tokens in a file that may change while we run, as a mounted secret does: a token is rotated by adding the new one,
 * moving its users over, and removing the old one. A file that can't be read, or holds no token any more, changes
 * nothing: a slip of the hand neither locks everybody out nor opens the API to all.
 */
export class TokensFile implements CurrentTokens {
  readonly #options: TokensFileOptions;
  #text: string;
  #own: ApiTokens;

  private constructor(options: TokensFileOptions, text: string) {
    this.#options = options;
    this.#text = text;
    this.#own = readTokens(text, SETTING);
  }

  /** @throws SettingsError when the file can't be read or holds no token */
  static async open(options: TokensFileOptions): Promise<TokensFile> {
    const text = await readFile(options.file, 'utf8').catch((error: unknown) => {
      throw new SettingsError(`settings: ${SETTING}: ${(error as Error).message}`);
    });
    return new TokensFile(options, text);
  }

  get current(): ApiTokens {
    return this.#own.with(this.#options.others.current);
  }

  /** Looks at the file again and again, until the signal. */
  async run(signal: AbortSignal): Promise<void> {
    const { clock, interval } = this.#options;
    while (!signal.aborted) {
      await clock.sleep(interval, signal).catch(() => {});
      if (!signal.aborted) await this.refresh();
    }
  }

  /** Looks at the file once; never throws. */
  async refresh(): Promise<void> {
    const { file, log } = this.#options;
    try {
      const text = await readFile(file, 'utf8');
      if (text === this.#text) return;
      this.#own = readTokens(text, SETTING);
      this.#text = text;
      log.info({ setting: SETTING }, 'the tokens have changed');
    } catch (error) {
      log.error({ setting: SETTING, reason: (error as Error).message }, 'the tokens stay as they were');
    }
  }
}
