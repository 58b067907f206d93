import { systemClock } from '@meetingbot/crds-schema';
import { describe, expect, it } from 'vitest';
import { ApiUnderTest, MEETINGS } from './api-under-test.ts';
import { UrlRules } from './url-rules.ts';

const PUBLIC = ['93.184.215.14', '2606:2800:21f:cb07:6820:80da:af6b:8b2c'];

const rulesOf = (settings: object = {}, addresses: readonly string[] | Error = PUBLIC) =>
  new UrlRules({
    settings: { WEB_HOSTS: '*', ...settings },
    resolver: {
      async resolve() {
        if (addresses instanceof Error) throw addresses;
        return [...addresses];
      },
    },
    clock: systemClock,
  });
const web = (url: string) => ({ url, platform: 'web' as const });

describe("the url of a Meeting of platform web, by its host's name", () => {
  it.each([
    'http://127.0.0.1/',
    'http://2130706433/',
    'http://0177.0.0.1/',
    'http://0x7f.1/',
    'http://127.1/',
    'http://127.0.0.1./',
    'http://0/',
    'http://10.1.2.3/',
    'http://172.16.0.1/',
    'http://192.168.0.1/',
    'http://100.64.0.1/',
    'http://169.254.169.254/latest/meta-data/',
    'http://169.254.170.2/v2/credentials',
    'http://224.0.0.1/',
    'http://255.255.255.255/',
    'http://[::1]/',
    'http://[::]/',
    'http://[::ffff:127.0.0.1]/',
    'http://[::ffff:a9fe:a9fe]/',
    'http://[64:ff9b::7f00:1]/',
    'http://[2002:7f00:1::]/',
    'http://[fe80::1]/',
    'http://[fd00:ec2::254]/',
    'http://[fc00::1]/',
    'http://localhost/',
    'http://LOCALHOST./',
    'http://a.localhost/',
    'http://printer/',
    'http://printer.local/',
    'http://ip-10-0-0-1.eu-central-1.compute.internal/',
    'http://metadata.google.internal/',
    'http://wiki.corp/',
    'http://router.home.arpa./',
  ])('%s is refused', async (url) => {
    const { cause } = await rulesOf().check(web(url));

    expect(cause).toMatchObject({ reason: 'FieldValueForbidden', field: 'spec.url' });
    expect(cause?.message).toContain('is not of the public internet');
  });

  it.each([
    'https://talk.example.com/room',
    'https://talk.example.com./room',
    'http://93.184.215.14/',
    'http://[2606:2800:21f:cb07::1]/',
    'http://[64:ff9b::5db8:d70e]/',
    'https://internal.example.com/',
    'https://xn--mnchen-3ya.example/',
  ])('%s is taken', async (url) => {
    expect(await rulesOf().check(web(url))).toEqual({});
  });

  it.each([
    ['127.0.0.0/8', 'http://127.0.0.1/', true],
    ['127.0.0.0/8', 'http://[::ffff:127.0.0.1]/', true],
    ['127.0.0.0/8', 'http://10.0.0.1/', false],
    ['10.0.0.1', 'http://10.0.0.1/', true],
    ['localhost', 'http://localhost/', true],
    ['fd00::/8', 'http://[fd00::1]/', true],
    ['[fd00::1]', 'http://[fd00::1]/', true],
    ['talk.internal', 'http://talk.internal./', true],
    ['talk.internal', 'http://other.internal/', false],
    ['169.254.0.0/16', 'http://169.254.169.254/', false],
    ['fd00::/8', 'http://[fd00:ec2::254]/', false],
    ['not,a,list!', 'http://127.0.0.1/', false],
  ])('BROWSER_PRIVATE_HOSTS=%s makes of %s: permitted %s', async (BROWSER_PRIVATE_HOSTS, url, isPermitted) => {
    // A name of this list may have whatever private address; a link-local one stays closed.
    const { cause } = await rulesOf({ BROWSER_PRIVATE_HOSTS }).check(web(url));

    expect(cause === undefined).toBe(isPermitted);
  });
});

describe('the url of a Meeting of platform web, by what DNS says', () => {
  it.each([
    [['10.0.0.1']],
    [['93.184.215.14', '10.0.0.1']],
    [['::ffff:192.168.0.1']],
    [['169.254.169.254']],
    [['fd00:ec2::254']],
    [['no address']],
  ])('is refused for %j, and does not tell the address', async (addresses) => {
    const { cause } = await rulesOf({}, addresses).check(web('https://rebound.example.com/'));

    expect(cause?.message).toBe('host rebound.example.com has an address that is not of the public internet');
  });

  it('is taken with a private address where a setting has its name or the address', async () => {
    for (const [setting, address, isTaken] of [
      ['talk.example.com', '10.0.0.1', true],
      ['10.0.0.0/8', '10.0.0.1', true],
      ['talk.example.com', '169.254.169.254', false],
    ] as const) {
      const rules = rulesOf({ BROWSER_PRIVATE_HOSTS: setting }, [address]);
      expect((await rules.check(web('https://talk.example.com/'))).cause === undefined, address).toBe(isTaken);
    }
  });

  it('is taken with a warning where DNS knows no answer', async () => {
    const unknown = Object.assign(new Error('queryA ENOTFOUND'), { code: 'ENOTFOUND' });

    expect(await rulesOf({}, unknown).check(web('https://next-week.example.com/?pwd=marked'))).toEqual({
      warning:
        'spec.url: host next-week.example.com could not be resolved (ENOTFOUND); it is checked when it is opened',
    });
  });

  it('is not waited for without end', async () => {
    const rules = new UrlRules({
      settings: { WEB_HOSTS: '*' },
      resolver: { resolve: () => new Promise(() => {}) },
      clock: { sleep: async () => {} },
    });

    expect((await rules.check(web('https://slow.example.com/'))).warning).toContain('no answer within 2 s');
  });

  it("is not asked for the platforms' own hosts", async () => {
    const rules = rulesOf({}, ['10.0.0.1']);

    for (const [platform, url] of [
      ['google-meet', 'https://meet.google.com/abc-defg-hij'],
      ['microsoft-teams', 'https://teams.microsoft.com/l/x'],
      ['zoom', 'https://us02web.zoom.us/j/1'],
      ['jitsi', 'https://meet.jit.si/room'],
    ] as const) {
      expect(await rules.check({ url, platform }), platform).toEqual({});
    }
  });

  it.each([
    ['zoom', 'https://zoom.us.evil.example/j/1'],
    ['zoom', 'https://evilzoom.us/j/1'],
    ['google-meet', 'https://meet.google.com.evil.example/'],
    ['google-meet', 'https://meet.google.com@evil.example/'],
    ['microsoft-teams', 'https://meet.google.com/abc-defg-hij'],
  ] as const)('platform %s does not open %s', async (platform, url) => {
    const { cause } = await rulesOf({ WEB_HOSTS: undefined }).check({ url, platform });

    expect(cause?.message).toContain(`is not known for platform ${platform}`);
  });
});

describe('over the API', () => {
  const post = (api: ApiUnderTest, url: string) =>
    api.post(MEETINGS, { metadata: { name: 'm' }, spec: { url, platform: 'web' } });

  it('a refused host is a 422 that names the field', async () => {
    const { status, body } = await post(new ApiUnderTest({ WEB_HOSTS: '*' }), 'http://169.254.170.2/v2');

    expect(status).toBe(422);
    expect(body.details.causes).toMatchObject([{ field: 'spec.url' }]);
  });

  it('what could not be resolved is a warning beside the created Meeting', async () => {
    const resolver = { resolve: () => Promise.reject(new Error('away')) };

    const { status, headers } = await post(new ApiUnderTest({ WEB_HOSTS: '*' }, { resolver }), 'https://a.example.com');

    expect(status).toBe(201);
    expect(String(headers['warning'])).toContain('host a.example.com could not be resolved (away)');
  });

  it('credentials in the url are refused, and are not repeated', async () => {
    const { status, text } = await post(
      new ApiUnderTest({ WEB_HOSTS: '*' }),
      'https://me:marked-1@a.example.com/?pwd=marked-2',
    );

    expect(status).toBe(422);
    expect(text).toContain('without a password');
    expect(text).not.toContain('marked');
  });
});
