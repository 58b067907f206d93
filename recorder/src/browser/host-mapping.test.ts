import { describe, expect, it } from 'vitest';
import { hostMapping } from './host-mapping.ts';

const to = (rules: string, host: string, port = 443) => {
  const found = hostMapping(['--lang=en', `--host-resolver-rules=${rules}`])({ host, port });
  return found === undefined ? undefined : `${found.host}:${found.port}`;
};

describe("the operator's mapping of hosts", () => {
  it.each([
    ['MAP meet.google.com 127.0.0.1:8443', 'meet.google.com', '127.0.0.1:8443'],
    ['MAP meet.google.com 127.0.0.1:80', 'meet.google.com', '127.0.0.1:80'],
    ['MAP meet.google.com 127.0.0.1', 'meet.google.com', '127.0.0.1:443'],
    ['map MEET.google.com localhost:1', 'Meet.Google.com', 'localhost:1'],
    ['MAP *.zoom.us [::1]:8443', 'us02web.zoom.us', '::1:8443'],
    ['MAP *.zoom.us 127.0.0.1', 'zoom.us', 'zoom.us:443'],
    ['MAP a.test:443 127.0.0.1:1, MAP a.test 127.0.0.1:2', 'a.test', '127.0.0.1:1'],
    ['MAP a.test:80 127.0.0.1:1, MAP a.test 127.0.0.1:2', 'a.test', '127.0.0.1:2'],
    ['MAP * 127.0.0.1:1, EXCLUDE b.test', 'a.test', '127.0.0.1:1'],
    ['MAP * 127.0.0.1:1, EXCLUDE b.test', 'b.test', 'b.test:443'],
    ['MAP * ~NOTFOUND, EXCLUDE b.test', 'a.test', undefined],
    ['MAP a.test, nonsense, MAP a.test 127.0.0.1:2', 'a.test', '127.0.0.1:2'],
    ['MAP a.test 127.0.0.1:1', 'axtest', 'axtest:443'],
  ])('%s: %s is at %s', (rules, host, expected) => {
    expect(to(rules, host)).toBe(expected);
  });

  it('is none without the flag, and the last flag of several', () => {
    const asked = { host: 'a.test', port: 443 };
    expect(hostMapping([])(asked)).toBe(asked);
    const flags = ['--host-resolver-rules=MAP * 127.0.0.1:1', '--host-resolver-rules=MAP * 127.0.0.1:2'];
    expect(hostMapping(flags)(asked)).toEqual({ host: '127.0.0.1', port: 2 });
  });
});
