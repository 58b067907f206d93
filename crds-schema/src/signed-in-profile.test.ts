import { describe, expect, it } from 'vitest';
import { MAX_PROFILE_BYTES, ProfileError, readSignedInProfile } from './signed-in-profile.ts';

const cookie = { name: 'SID', value: 'marked-value', domain: '.google.com' };
const profile = (change: object) => JSON.stringify({ cookies: [cookie], ...change });

describe('a signed-in profile', () => {
  it('has cookies as Puppeteer gives them, and local storage by origin', () => {
    const whole = { ...cookie, path: '/', expires: 1.5e9, httpOnly: true, secure: true, session: false, size: 11 };
    const written = { cookies: [whole], localStorage: { 'https://meet.google.com': { theme: 'dark' } } };

    expect(readSignedInProfile(JSON.stringify(written))).toEqual(written);
  });

  it.each([
    ['what is no JSON', '{"cookies": "marked-value', 'expected JSON'],
    ['a profile without cookies', '{"cookies":[]}', 'cookies:'],
    ['a cookie without a domain', '{"cookies":[{"name":"a","value":"marked-value"}]}', 'cookies[0].domain: required'],
    ['a value that is no text', '{"cookies":[{"name":"a","domain":"b","value":["marked-value"]}]}', 'cookies[0].value'],
    ['a kind of cookie that there is not', profile({ cookies: [{ ...cookie, sameSite: 'marked-value' }] }), 'sameSite'],
    ['an origin with a path', profile({ localStorage: { 'https://a.b/c': { x: 'marked-value' } } }), 'localStorage'],
    [
      'what is stored and no text',
      profile({ localStorage: { 'https://a.b': { x: { y: 'marked-value' } } } }),
      'https://a.b',
    ],
    [
      'more than a secret holds',
      profile({ localStorage: { 'https://a.b': { x: 'marked-value'.repeat(9000) } } }),
      `at most ${MAX_PROFILE_BYTES}`,
    ],
  ])('refuses %s, and quotes none of it', (_, json, message) => {
    expect(() => readSignedInProfile(json)).toThrow(ProfileError);
    expect(() => readSignedInProfile(json)).toThrow(message);
    expect(() => readSignedInProfile(json)).not.toThrow('marked-value');
  });
});
