import { describe, expect, it } from 'vitest';
import { secretsOf } from './secrets-of-spec.ts';

describe('what must not be kept of a page', () => {
  it('is the passcode in all the forms that a page may show it in', () => {
    expect(secretsOf({ url: 'https://meet.jit.si/Room', passcode: 'a&b c' })).toEqual([
      'a%26b%20c',
      'a&amp;b c',
      'a&b c',
    ]);
  });

  it('is what the address carries behind its path, as a whole and by its values', () => {
    const secrets = secretsOf({
      url: 'https://zoom.us/j/91234567890?pwd=c2VjcmV0%3D&tk=1#success',
    });
    expect(secrets).toEqual(expect.arrayContaining(['pwd=c2VjcmV0%3D&tk=1', 'c2VjcmV0=', 'c2VjcmV0%3D', 'success']));
    expect(secrets).not.toContain('1');
    expect(secrets[0]?.length).toBeGreaterThanOrEqual(secrets.at(-1)?.length ?? 0);
  });

  it('is also what stands behind a question mark in the hash', () => {
    const url = 'https://teams.microsoft.com/v2/#/meet/123?p=S3cretPass';
    expect(secretsOf({ url })).toContain('S3cretPass');
  });

  it('is also what is carried by the address in a launcher', () => {
    const inner = encodeURIComponent('/_#/meet/123?p=S3cretPass&anon=true');
    const url = `https://teams.microsoft.com/dl/launcher/launcher.html?url=${inner}&type=meet`;
    expect(secretsOf({ url })).toContain('S3cretPass');
  });

  it('is nothing where there is none', () => {
    expect(secretsOf({ url: 'https://meet.google.com/abc-defg-hij' })).toEqual([]);
  });
});
