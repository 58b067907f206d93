import { ControllerSettings, readSettings } from '@meetingbot/crds-schema';
import { expect, it } from 'vitest';
import { teamsBotEnvironment } from './teams-bot-environment.ts';

const ARN = 'arn:aws:secretsmanager:eu-central-1:123456789012:secret:teams-AbCdEf';
const whole = { TEAMS_BOT_TENANT_ID: 'tenant', TEAMS_BOT_CLIENT_ID: 'client', TEAMS_BOT_CLIENT_SECRET: ARN };
const settings = (given: Record<string, string>) =>
  readSettings(ControllerSettings, {
    ...{ S3_REGION: 'r', S3_BUCKET_NAME: 'b', ECS_CLUSTER: 'c', ECS_TASK_DEFINITION: 't' },
    ...{ ECS_SUBNETS: 's', ECS_SECURITY_GROUPS: 'g', ...given },
  });

it('is all of it or nothing', () => {
  expect(teamsBotEnvironment(settings({}))).toEqual({});
  expect(teamsBotEnvironment(settings(whole))).toEqual({
    ...whole,
    TEAMS_BOT_AUTHORITY: 'https://login.microsoftonline.com',
  });
  expect(() => teamsBotEnvironment(settings({ TEAMS_BOT_TENANT_ID: 'tenant' }))).toThrow(
    'settings: TEAMS_BOT_CLIENT_ID, TEAMS_BOT_CLIENT_SECRET: required with',
  );
});

it('takes no secret as it stands, which an override would show', () => {
  const reading = () => settings({ ...whole, TEAMS_BOT_CLIENT_SECRET: 'marked-secret' });

  expect(reading).toThrow(/^settings: TEAMS_BOT_CLIENT_SECRET: (?!.*marked-secret)expected the ARN of a secret/);
});
