import { describe, expect, it } from 'vitest';
import { parseBrowserIdentities } from './browser-identity.ts';
import { parseSecretPlace } from './secret-arn.ts';

const ARN = 'arn:aws:secretsmanager:eu-central-1:123456789012:secret:meetingbot/notes-AbCdEf';

describe('BROWSER_IDENTITIES', () => {
  it('is a list of names, platforms and places of secrets', () => {
    expect(
      parseBrowserIdentities(`notes-1=google-meet:${ARN}, notes-2=microsoft-teams:file:/run/notes 2.json`),
    ).toEqual([
      { name: 'notes-1', platform: 'google-meet', secret: ARN },
      { name: 'notes-2', platform: 'microsoft-teams', secret: 'file:/run/notes 2.json' },
    ]);
    expect(parseBrowserIdentities(undefined)).toEqual([]);
  });

  it.each([
    ['what is no pair', 'notes', 'item 1: expected name=platform:secret'],
    ['a name that is none', `Notes=zoom:${ARN}`, 'item 1: expected a name of lower-case letters'],
    ['the word for all of them', `any=zoom:${ARN}`, 'other than any'],
    ['a platform that nobody knows', `notes=webex:${ARN}`, 'notes: expected a platform, one of google-meet'],
    ['a secret as it stands', 'notes=zoom:marked-secret', 'notes: expected the ARN of a secret'],
    ['a file without a path', 'notes=zoom:file:notes.json', 'notes: expected the ARN of a secret'],
    ['a name twice', `notes=zoom:${ARN},notes=zoom:${ARN}2`, 'item 2: notes: there is one of that name already'],
    ['an account twice', `notes=zoom:${ARN},other=zoom:${ARN}`, 'item 2: other: its secret is that of another one'],
  ])('refuses %s', (_, value, message) => {
    expect(() => parseBrowserIdentities(value)).toThrow(message);
    expect(() => parseBrowserIdentities(value)).toThrow(/^settings: BROWSER_IDENTITIES: (?!.*marked-secret)/);
  });
});

it('names one text of a secret, or a file', () => {
  expect(parseSecretPlace(`${ARN}:profile::`)).toMatchObject({ kind: 'secretsManager', arn: ARN, jsonKey: 'profile' });
  expect(parseSecretPlace('file:/a/b')).toEqual({ kind: 'file', path: '/a/b' });
  expect(parseSecretPlace('/a/b')).toBeUndefined();
});
