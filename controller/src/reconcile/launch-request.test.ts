import { expect, it } from 'vitest';
import { aMeetingWith, anAttempt } from './a-meeting-with.ts';
import { launchRequest } from './launch-request.ts';

const options = { installation: '01234567', environment: {}, tokenOf: () => 'token' };
const ARN = 'arn:aws:secretsmanager:eu-central-1:123456789012:secret:notes-AbCdEf';

it('names the place of the profile that an attempt holds, and never what is in it', () => {
  const attempt = anAttempt({ identity: 'notes' });

  const { environment } = launchRequest(aMeetingWith(), attempt, { ...options, secretOf: () => ARN });

  expect(environment).toMatchObject({ MEETING_IDENTITY: 'notes', MEETING_IDENTITY_SECRET: ARN });
  expect(Object.keys(launchRequest(aMeetingWith(), anAttempt(), options).environment).join()).not.toContain('IDENTITY');
});

it('is not made for an identity that the settings have no more', () => {
  const attempt = anAttempt({ identity: 'notes' });

  expect(() => launchRequest(aMeetingWith(), attempt, { ...options, secretOf: () => undefined })).toThrow(
    'setting BROWSER_IDENTITIES has no identity notes any more',
  );
});
