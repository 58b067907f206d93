import type { ControllerSettings } from '@meetingbot/crds-schema';
import type { StackConfig } from './config.ts';

type Recorder = StackConfig['recorder'];

/** Setting BROWSER_IDENTITIES; empty: none. */
export function browserIdentities({ identities }: Recorder): string {
  return identities.map(({ name, platform, secretArn }) => `${name}=${platform}:${secretArn}`).join(',');
}

/** The controller's settings of who recorders are; secrets are named by their ARNs. */
export function identitySettings(recorder: Recorder): Partial<Record<keyof ControllerSettings, string>> {
  const { identities, teamsBot } = recorder;
  return {
    ...(identities.length === 0 ? {} : { BROWSER_IDENTITIES: browserIdentities(recorder) }),
    ...(teamsBot === undefined
      ? {}
      : {
          TEAMS_BOT_TENANT_ID: teamsBot.tenantId,
          TEAMS_BOT_CLIENT_ID: teamsBot.clientId,
          TEAMS_BOT_CLIENT_SECRET: teamsBot.secretArn,
        }),
  };
}

/** What recorders read: exactly these secrets. */
export function identitySecrets({ identities, teamsBot }: Recorder): string[] {
  return [...identities.map(({ secretArn }) => secretArn), ...(teamsBot === undefined ? [] : [teamsBot.secretArn])];
}
