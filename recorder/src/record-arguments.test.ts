import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readRecordArguments } from './record-arguments.ts';

const NOW = new Date('2026-02-06T15:00:00Z');
const read = (...args: string[]) => readRecordArguments(args, NOW);
let dir: string;
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'record-test-'));
});
afterAll(() => rm(dir, { recursive: true }));

describe('the arguments of npm run record', () => {
  it('need no more than a URL', async () => {
    const { spec, out } = await read('https://conference.example.com/x');
    expect(spec).toMatchObject({ platform: 'web', leave: { maxSeconds: 14_400 } });
    expect(out).toMatch(/\/recording-2026-02-06T15-00-00\.mp4$/);
  });

  it('take seconds, file, name and steps, also from a whole Meeting', async () => {
    const file = join(dir, 'join.yaml');
    for (const text of [
      'joined: "#call"\nsteps:\n  - click: "#join"\n',
      'spec: {join: {joined: "#call", steps: [{click: "#join"}]}}',
    ]) {
      await writeFile(file, text);
      const { spec, out } = await read(
        'http://x.test/',
        '--seconds',
        '20',
        '--out',
        '/tmp/y.mp4',
        '--join',
        file,
        '--name',
        'Bot',
      );
      expect(spec).toMatchObject({ displayName: 'Bot', join: { joined: '#call', steps: [{ click: '#join' }] } });
      expect(spec.leave.maxSeconds).toBe(20);
      expect(out).toBe('/tmp/y.mp4');
    }
  });

  it('know a platform by its host, unless steps are given', async () => {
    expect((await read('https://meet.google.com/abc-defg-hij')).spec.platform).toBe('google-meet');
  });

  it.each([
    [[], 'expected one URL'],
    [['a.example.com'], 'expected an absolute http or https URL'],
    [['https://a.test', 'https://b.test'], 'expected one URL'],
    [['https://a.test', '--second', '1'], "Unknown option '--second'"],
    [['https://a.test', '--seconds', 'x'], '--seconds: '],
    [['https://a.test', '--seconds', '0'], '--seconds: must be >= 1'],
    [['https://a.test', '--join', '/no/such.yaml'], '--join /no/such.yaml: ENOENT'],
  ])('refuse %j', async (args, message) => {
    await expect(read(...args)).rejects.toThrow(message);
  });

  it('name what is wrong with the steps', async () => {
    const file = join(dir, 'wrong.yaml');
    await writeFile(file, 'steps: []\n');
    await expect(read('https://a.test', '--join', file)).rejects.toThrow('--join.joined: required');
  });
});
