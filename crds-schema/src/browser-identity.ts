import { ANY_IDENTITY, IDENTITY_NAME } from './meeting-spec.ts';
import { parseSecretPlace, SECRET_PLACE_FORM } from './secret-arn.ts';
import { SettingsError, splitList } from './settings.ts';
import { PLATFORMS, type Platform } from './vocabulary.ts';

/** An account of the operator's that recorders can be signed in as. */
export interface BrowserIdentity {
  /** What people see of it. */
  name: string;
  platform: Platform;
  /** Where its profile lies, as parseSecretPlace takes it; never the profile itself. */
  secret: string;
}

const FORM = 'expected name=platform:secret, separated by commas';

/**
 * Reads setting BROWSER_IDENTITIES.
 * @throws SettingsError that names the identity by its place in the list and says what was expected; no secret's place
 * is in it
 */
export function parseBrowserIdentities(value: string | undefined): BrowserIdentity[] {
  const identities = splitList(value).map((item, index) => {
    const fail = (what: string) => new SettingsError(`settings: BROWSER_IDENTITIES: item ${index + 1}: ${what}`);
    const [, name = '', platform = '', secret = ''] = /^([^=]*)=([^:]*):(.*)$/.exec(item) ?? [];
    if (name === '') throw fail(FORM);
    if (!new RegExp(IDENTITY_NAME).test(name) || name === ANY_IDENTITY) {
      throw fail(`expected a name of lower-case letters, digits and -, other than ${ANY_IDENTITY}`);
    }
    if (!isPlatform(platform)) throw fail(`${name}: expected a platform, one of ${PLATFORMS.join(', ')}`);
    if (parseSecretPlace(secret) === undefined) throw fail(`${name}: expected ${SECRET_PLACE_FORM}`);
    return { name, platform, secret };
  });
  for (const [index, { name, secret }] of identities.entries()) {
    const earlier = identities.slice(0, index);
    const fail = (what: string) =>
      new SettingsError(`settings: BROWSER_IDENTITIES: item ${index + 1}: ${name}: ${what}`);
    if (earlier.some((other) => other.name === name)) throw fail('there is one of that name already');
    // Two names for one account would be two recorders in it.
    if (earlier.some((other) => other.secret === secret)) throw fail('its secret is that of another one');
  }
  return identities;
}

function isPlatform(text: string): text is Platform {
  return (PLATFORMS as readonly string[]).includes(text);
}
