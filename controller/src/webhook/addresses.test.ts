import { SettingsError } from '@meetingbot/crds-schema';
import { describe, expect, it } from 'vitest';
import { refusalOf } from './addresses.ts';
import { webhookTarget } from './target.ts';

describe('an address that a webhook leads to', () => {
  it.each(['127.0.0.1', '10.1.2.3', '172.16.0.9', '192.168.1.1', '100.64.0.1', '::1', 'fd12::1', '::ffff:10.0.0.1'])(
    '%s is private: http and https go there',
    (address) => {
      expect(refusalOf(address, 'http:')).toBeUndefined();
      expect(refusalOf(address, 'https:')).toBeUndefined();
    },
  );

  it.each(['8.8.8.8', '2001:4860:4860::8888', '::ffff:8.8.8.8'])('%s is public: https only', (address) => {
    expect(refusalOf(address, 'http:')).toContain('which takes https');
    expect(refusalOf(address, 'https:')).toBeUndefined();
  });

  it.each([
    '169.254.169.254',
    '169.254.170.2',
    '::ffff:169.254.169.254',
    '64:ff9b::a9fe:a9fe',
    'fe80::1',
    'fd00:ec2::254',
    '0.0.0.0',
    '::',
    '224.0.0.1',
    '255.255.255.255',
  ])('%s is never gone to', (address) => {
    expect(refusalOf(address, 'http:')).toBeDefined();
    expect(refusalOf(address, 'https:')).toBeDefined();
  });
});

describe('NOTIFY_WEBHOOK_URL', () => {
  it('is https, or http where a setting says so', () => {
    expect(webhookTarget('https://maf.example.com/hook', false).host).toBe('maf.example.com');
    expect(() => webhookTarget('http://maf.internal:8001/hook', false)).toThrow(/NOTIFY_WEBHOOK_PRIVATE_HTTP=true/);
    expect(webhookTarget('http://maf.internal:8001/hook', true).port).toBe('8001');
  });

  it('names no address that is not gone to, in whatever way it is written', () => {
    for (const host of ['169.254.169.254', '[fe80::1]', '2852039166', '0xa9fea9fe', '[::ffff:169.254.169.254]']) {
      expect(() => webhookTarget(`https://${host}/hook`, true), host).toThrow(SettingsError);
    }
    expect(() => webhookTarget('http://8.8.8.8/hook', true)).toThrow(/takes https/);
  });

  it('holds no password', () => {
    expect(() => webhookTarget('https://user:secret@maf.example.com/', true)).toThrow(/^(?!.*secret).*no user name/);
  });
});
