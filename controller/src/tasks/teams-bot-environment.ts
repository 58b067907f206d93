import { type ControllerSettings, SettingsError } from '@meetingbot/crds-schema';

const NEEDED = ['TEAMS_BOT_TENANT_ID', 'TEAMS_BOT_CLIENT_ID', 'TEAMS_BOT_CLIENT_SECRET'] as const;

/**
 * What recorders are told so that they identify themselves to Microsoft Teams; empty where that is not set up. The client
 * secret is named by its place, which the schema sees to: an override is shown to whoever may describe tasks.
 * @throws SettingsError when one of the three is missing
 */
export function teamsBotEnvironment(
  settings: Pick<ControllerSettings, (typeof NEEDED)[number] | 'TEAMS_BOT_AUTHORITY'>,
): Record<string, string> {
  const missing = NEEDED.filter((name) => settings[name] === undefined);
  if (missing.length === NEEDED.length) return {};
  if (missing.length > 0) {
    throw new SettingsError(`settings: ${missing.join(', ')}: required with ${NEEDED.join(', ')}`);
  }
  return Object.fromEntries([...NEEDED, 'TEAMS_BOT_AUTHORITY' as const].map((name) => [name, settings[name] ?? '']));
}
