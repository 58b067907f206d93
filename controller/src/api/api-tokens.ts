import { createHash, timingSafeEqual } from 'node:crypto';
import { SettingsError, splitList } from '@meetingbot/crds-schema';

export const SCOPES = ['admin', 'write', 'read', 'join'] as const;
export type Scope = (typeof SCOPES)[number];

/** What each scope opens. */
const OPENS: Readonly<Record<Scope, readonly Scope[]>> = {
  admin: ['admin', 'write', 'read', 'join'],
  write: ['write', 'read', 'join'],
  read: ['read'],
  join: ['join'],
};

export const opens = (scope: Scope, wanted: Scope): boolean => OPENS[scope].includes(wanted);

/** The tokens of setting API_TOKENS; kept as digests, so that memory holds no token. */
export class ApiTokens {
  readonly #tokens: readonly { digest: Buffer; scope: Scope }[];

  /** @throws SettingsError that never repeats the setting's value */
  constructor(setting: string | undefined) {
    this.#tokens = splitList(setting).map((item) => {
      const colon = item.lastIndexOf(':');
      const scope = SCOPES.find((known) => known === item.slice(colon + 1));
      if (colon < 1 || scope === undefined) {
        throw new SettingsError(`settings: API_TOKENS: expected token:scope with scope one of ${SCOPES.join(', ')}`);
      }
      return { digest: digestOf(item.slice(0, colon)), scope };
    });
  }

  get isEmpty(): boolean {
    return this.#tokens.length === 0;
  }

  /** The scope of a token. Takes the same time for every token, right or wrong. */
  scopeOf(token: string): Scope | undefined {
    const digest = digestOf(token);
    let scope: Scope | undefined;
    for (const known of this.#tokens) {
      if (timingSafeEqual(known.digest, digest)) scope ??= known.scope;
    }
    return scope;
  }
}

function digestOf(token: string): Buffer {
  return createHash('sha256').update(token).digest();
}
