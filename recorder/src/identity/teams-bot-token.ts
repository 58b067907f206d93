import type { RecorderSettings } from '@meetingbot/crds-schema';

/** How long the token is waited for: the meeting goes on meanwhile. Milliseconds. */
const TOKEN_MS = 10_000;
/** Teams' own service behind meetings. */
const SCOPE = 'https://ic3.teams.office.com/.default';
/** A token is a few kilobytes; an address can't be as long as this. */
const MAX_TOKEN = 16_384;

/** What the app is that vouches for us; see settings TEAMS_BOT_*. */
export interface TeamsBot {
  readonly authority: string;
  readonly tenantId: string;
  readonly clientId: string;
  /** Reads its client secret. */
  readonly clientSecret: (signal: AbortSignal) => Promise<string>;
}

/** There is no token. The message holds no secret. */
export class TeamsBotError extends Error {
  override readonly name = 'TeamsBotError';
}

/** The settings as one thing; undefined where they are not all there. @param read - reads a secret from its place */
export function teamsBotOf(
  settings: Pick<
    RecorderSettings,
    'TEAMS_BOT_AUTHORITY' | 'TEAMS_BOT_TENANT_ID' | 'TEAMS_BOT_CLIENT_ID' | 'TEAMS_BOT_CLIENT_SECRET'
  >,
  read: (place: string, signal: AbortSignal) => Promise<string>,
): TeamsBot | undefined {
  const {
    TEAMS_BOT_AUTHORITY: authority,
    TEAMS_BOT_TENANT_ID: tenantId,
    TEAMS_BOT_CLIENT_ID: clientId,
    TEAMS_BOT_CLIENT_SECRET: place,
  } = settings;
  if (tenantId === undefined || clientId === undefined || place === undefined) return undefined;
  return { authority, tenantId, clientId, clientSecret: (signal) => read(place, signal) };
}

/**
 * Asks for a token that identifies us to Microsoft Teams as the registered bot that we are (OAuth 2.0 client credentials).
 * It is good for about an hour, so it is asked for at the door. Scope, and where Teams wants the token
 * (`platforms/microsoft-teams.ts`), are as attendee (github.com/attendee-labs/attendee, pull request 900, August 2026) has
 * them; Microsoft publishes neither.
 * @throws TeamsBotError within 10 s
 */
export async function fetchTeamsBotToken(bot: TeamsBot, signal: AbortSignal): Promise<string> {
  const limit = AbortSignal.any([signal, AbortSignal.timeout(TOKEN_MS)]);
  const address = `${bot.authority.replace(/\/+$/, '')}/${encodeURIComponent(bot.tenantId)}/oauth2/v2.0/token`;
  let status: number;
  let answer: unknown;
  try {
    const response = await fetch(address, {
      method: 'POST',
      body: new URLSearchParams({
        ...{ client_id: bot.clientId, client_secret: (await bot.clientSecret(limit)).trim() },
        ...{ scope: SCOPE, grant_type: 'client_credentials' },
      }),
      // A secret goes to nobody but the one it was meant for.
      redirect: 'error',
      signal: limit,
    });
    status = response.status;
    answer = await response.json().catch(() => undefined);
  } catch (cause) {
    signal.throwIfAborted();
    const why = limit.aborted ? `no answer within ${TOKEN_MS / 1000} s` : (cause as Error).message;
    throw new TeamsBotError(`${new URL(address).host}: ${why}`, { cause });
  }
  const token = (answer as { access_token?: unknown } | undefined)?.access_token;
  if (status !== 200 || typeof token !== 'string' || !/^[\w.~+/=-]+$/.test(token) || token.length > MAX_TOKEN) {
    throw new TeamsBotError(`${new URL(address).host}: answered ${status}${refusalOf(answer)}`);
  }
  return token;
}

/** Entra's own code and number of a refusal; its sentences may quote what they were asked. */
function refusalOf(answer: unknown): string {
  const { error, error_description: words } = (answer ?? {}) as { error?: unknown; error_description?: unknown };
  const code = typeof error === 'string' && /^[a-z_]{1,64}$/.test(error) ? error : undefined;
  const number = typeof words === 'string' ? /\bAADSTS\d{1,10}\b/.exec(words)?.[0] : undefined;
  return [code, number].map((part) => (part === undefined ? '' : ` ${part}`)).join('');
}
