import { expect, it } from 'vitest';
import { chromiumFlags } from './flags.ts';

const options = {
  profileDir: '/w/profile',
  width: 1280,
  height: 720,
  proxyUrl: 'http://127.0.0.1:5',
  privateUdp: true,
  noSandbox: false,
  extra: [],
};

it("puts the operator's flags last, so that they win", () => {
  const flags = chromiumFlags({ ...options, extra: ['--lang=de-DE', '--use-fake-ui-for-media-stream'] });
  expect(flags.lastIndexOf('--lang=de-DE')).toBeGreaterThan(flags.indexOf('--lang=en-US'));
  expect(flags).toContain('--use-fake-ui-for-media-stream');
});

it('joins the lists of disabled features into one flag', () => {
  const flags = chromiumFlags({ ...options, extra: ['--disable-features=WebRtcHideLocalIpsWithMdns,X'] });
  const lists = flags.filter((flag) => flag.startsWith('--disable-features='));
  expect(lists).toHaveLength(1);
  expect(lists[0]).toMatch(/=Translate,.*,WebRtcHideLocalIpsWithMdns,X$/);
  const blink = chromiumFlags({ ...options, extra: ['--disable-blink-features=X'] });
  expect(blink.filter((flag) => flag.startsWith('--disable-blink-features='))).toEqual([
    '--disable-blink-features=DocumentPictureInPictureAPI,X',
  ]);
});

it("closes WebRTC's way to private addresses beside what the operator sets, unless such may be opened", () => {
  const closing = (flag: string) => /^--(enable-features|ip-address-space-overrides)=/.test(flag);
  const extra = ['--enable-features=X', '--ip-address-space-overrides=10.0.0.1:80=public'];
  expect(chromiumFlags({ ...options, privateUdp: false, extra }).filter(closing)).toEqual([
    '--enable-features=LocalNetworkAccessChecks,LocalNetworkAccessChecksWebRTC,X',
    '--ip-address-space-overrides=127.0.0.1:5=public,10.0.0.1:80=public',
  ]);
  expect(chromiumFlags(options).filter(closing)).toEqual([]);
});

it('keeps the sandbox unless told otherwise, and never mutes', () => {
  expect(chromiumFlags(options)).not.toContain('--no-sandbox');
  expect(chromiumFlags({ ...options, noSandbox: true })).toContain('--no-sandbox');
  expect(chromiumFlags(options)).not.toContain('--mute-audio');
});

it('says nothing of what it is, nor of who drives it', () => {
  const disguise = /user-?agent|AutomationControlled|UserAgentClientHint|enable-automation|headless/i;
  expect(chromiumFlags(options).filter((flag) => disguise.test(flag))).toEqual([]);
});

it('sends loopback through the proxy too', () => {
  expect(chromiumFlags(options)).toEqual(
    expect.arrayContaining(['--proxy-server=http://127.0.0.1:5', '--proxy-bypass-list=<-loopback>']),
  );
});
