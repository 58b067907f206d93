import { describe, expect, it } from 'vitest';
import { ControllerSettings, readSettings, SettingsError } from './settings.ts';

const enough = {
  S3_REGION: 'eu-central-1',
  S3_BUCKET_NAME: 'recordings',
  ECS_CLUSTER: 'helloworld3-cluster',
  ECS_TASK_DEFINITION: 'meeting-recorder',
  ECS_SUBNETS: 'subnet-1',
  ECS_SECURITY_GROUPS: 'sg-1',
};

describe('reading settings', () => {
  it('converts numbers and flags and fills in defaults', () => {
    const settings = readSettings(ControllerSettings, { ...enough, PORT: '8080', NOTIFY_WEBHOOK_ENABLED: 'true' });
    expect(settings).toMatchObject({ PORT: 8080, NOTIFY_WEBHOOK_ENABLED: true, DYNAMODB_TABLE: 'meetingbot' });
  });

  it('names every missing setting in one line', () => {
    expect(() => readSettings(ControllerSettings, {})).toThrow(SettingsError);
    expect(() => readSettings(ControllerSettings, { ...enough, S3_BUCKET_NAME: ' ' })).toThrow(
      /^settings: S3_BUCKET_NAME: required$/,
    );
  });

  it('says what was expected of a bad one, without its value', () => {
    const bad = () => readSettings(ControllerSettings, { ...enough, PORT: 'hunter2' });
    expect(bad).toThrow(/^settings: PORT: must be integer$/);
  });
});
