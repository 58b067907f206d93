import { execFile } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { ECSClient, StopTaskCommand } from '@aws-sdk/client-ecs';
import { isTerminal, type Meeting, silentLogger, systemClock } from '@meetingbot/crds-schema';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import rootPackage from '../../package.json' with { type: 'json' };
import { ApiClient } from '../local/demo/api-client.ts';
import { Downloader } from '../local/demo/download.ts';
import { judgeRecording } from '../local/demo/judge.ts';
import { type DemoMeeting, demoJoinPlan, joinParticipants, startDemoMeeting } from '../local/meeting/index.ts';
import type { Service } from '../local/service/index.ts';
import { LOCAL, projectRoot } from '../local/stack/places.ts';
import { type Stack, startStack } from '../local/stack/stack.ts';
import { BASE_IMAGE, makeBaseImages, NODE_IMAGE } from './testing/base-images.ts';
import { MARKER, makeBuildContext } from './testing/build-context.ts';
import { startControllerContainer } from './testing/container-service.ts';
import { containerTask } from './testing/container-task.ts';
import { asOnFargate, ImageEngine } from './testing/engine.ts';

/**
 * Both images are built from Dockerfile.production and run as on Fargate: not root, nothing to write to but /tmp, no
 * capability, no user namespace, one vCPU, 2 GB. The controller's container reconciles against the embedded stack,
 * whose ECS runs the recorder's container.
 */
const MINUTE = 60_000;
const IMAGES = { controller: 'localhost/meeting-bot-controller:test', recorder: 'localhost/meeting-bot-recorder:test' };
const KINDS = ['controller', 'recorder'] as const;
/** Unpacked, in MB. Growth past these is to be decided, not to happen. */
const MOST_MEGABYTES = { controller: 330, recorder: 1_450 };

let engine: ImageEngine;

beforeAll(async () => {
  engine = await ImageEngine.open(join(projectRoot, '.local', 'images'));
  await makeBaseImages(engine);
  const context = await makeBuildContext();
  try {
    for (const target of KINDS) {
      await engine.build({
        ...{ context, target, tag: IMAGES[target], file: join(context, 'infra/docker/Dockerfile.production') },
        args: { BASE_IMAGE, NODE_IMAGE, VERSION: rootPackage.version, REVISION: 'test' },
      });
    }
  } finally {
    await rm(context, { recursive: true, force: true });
  }
}, 20 * MINUTE);

afterAll(async () => {
  await engine?.close();
}, MINUTE);

describe.each(KINDS)('the image of the %s', (kind) => {
  const image = IMAGES[kind];
  const sh = (script: string) => engine.output(image, '/bin/sh', '-c', script);

  it('runs as a user that owns nothing, behind an init, and says what it is', async () => {
    const { Config } = await engine.inspect(image);
    expect(Config.User).toBe('10001:10001');
    expect(Config.Entrypoint).toEqual(['/usr/bin/tini', '-s', '--']);
    expect(Config.Cmd).toEqual(['node', `${kind}/src/main.ts`]);
    expect(Config.Labels).toMatchObject({
      'org.opencontainers.image.title': `meeting-bot ${kind}`,
      'org.opencontainers.image.version': rootPackage.version,
      'org.opencontainers.image.revision': 'test',
    });
    const init = await engine.podman(
      'run',
      '--rm',
      ...asOnFargate(),
      image,
      'cat',
      '/proc/1/cmdline',
      '/proc/self/status',
    );
    expect(init.split('\0')[0]).toBe('/usr/bin/tini');
    expect(init).toMatch(/^Uid:\s+10001\s+10001\s+10001\s+10001$/m);
    expect((await sh('find / -xdev \\( -user 10001 -o -user 10002 -o -group 10002 \\) 2>/dev/null; true')).trim()).toBe(
      '',
    );
    // Of the recorder's image: what makes the browser's user, see there.
    const ofOurGroup = await sh("find / -xdev -group 10001 -printf '%p %u %m' 2>/dev/null; true");
    expect(ofOurGroup).toBe(kind === 'recorder' ? '/usr/local/libexec/meetingbot/setpriv root 4750' : '');
    expect(await sh('touch /app/x 2>&1; touch /tmp/x && echo /tmp is there')).toMatch(
      /Read-only file system\n\/tmp is there/,
    );
  });

  it('keeps its environment, where credentials are found, from other processes of its user', async () => {
    const probe = `const { spawn, spawnSync } = require('node:child_process');
      const other = spawn('sleep', ['60'], { env: { OTHER: 'is-seen' } });
      const files = [1, process.pid].flatMap((pid) => ['/proc/' + pid + '/environ', '/proc/' + pid + '/mem']);
      for (const file of [...files, '/proc/' + other.pid + '/environ']) {
        const { stdout, stderr } = spawnSync('head', ['-c', '1000', file], { encoding: 'utf8' });
        console.log(stdout, stderr);
      }
      other.kill();
      process.kill(process.pid, 'SIGUSR1');
      setTimeout(() => console.log('inspector: ' + require('node:inspector').url()), 500);`;
    const told = ['--env', 'MEETING_TOKEN=canary', image, 'node', '-e', probe];
    const said = await engine.podman('run', '--rm', ...asOnFargate(), ...told);
    expect(said).toContain('OTHER=is-seen');
    expect(said).toContain('inspector: undefined');
    expect(said.match(/cannot open '\/proc\/\d+\/(environ|mem)' for reading: Permission denied/g)).toHaveLength(4);
    expect(said).not.toContain('canary');
  });

  it('has Node 24 and our sources with the packages of production, and neither tests nor tools of building', async () => {
    expect(await sh('node --version')).toMatch(/^v24\./);
    expect((await sh('ls /app')).trim().split('\n').sort()).toEqual(
      ['crds-schema', kind, 'node_modules', 'package.json'].sort(),
    );
    const packages = await sh('cd /app/node_modules; ls -d * @*/*');
    expect(packages.split('\n')).toContain(kind === 'controller' ? 'fastify' : 'puppeteer');
    expect(packages).not.toMatch(/^(vitest|typescript|aws-cdk-lib|@biomejs\/biome|@grafana\/.*)$/m);
    const strays =
      'find /app -path "*/node_modules/*" -prune -o \\( -name "*.test.ts" -o -name "*.fixture.ts" \\) -print';
    expect((await sh(strays)).trim()).toBe('');
    expect((await sh('command -v npm npx corepack; true')).trim()).toBe('');
    // A browser or an encoder in the controller would be a mistake; the recorder has all it starts.
    const programs = ['chromium', 'ffmpeg', 'Xvfb', 'pulseaudio', 'pactl'];
    const found = (await sh(`for each in ${programs.join(' ')}; do command -v $each; done; true`))
      .trim()
      .split('\n')
      .filter(Boolean);
    expect(found).toHaveLength(kind === 'recorder' ? programs.length : 0);
  });

  it('holds no secret in a file, a layer or its description', async () => {
    const { Config, History } = await engine.inspect(image);
    const described = JSON.stringify([Config, History]);
    expect(described).not.toContain(MARKER);
    expect(Config.Env.filter((each) => /token|secret|password|_key/i.test(each))).toEqual([]);
    const file = join(await mkdtemp(join(tmpdir(), 'image-layers-')), 'image.tar');
    try {
      // Layers by themselves: what a later one deletes is in an earlier one still.
      await engine.podman('save', '--format', 'docker-archive', '--output', file, image);
      const search = `for layer in $(tar -tf "$0" | grep '\\.tar$'); do tar -xOf "$0" "$layer" | grep -c -a "$1"; done; true`;
      const { stdout } = await promisify(execFile)('/bin/sh', ['-c', search, file, MARKER]);
      const layers = stdout.trim().split('\n').map(Number);
      expect(layers.length).toBeGreaterThan(3);
      expect(layers.filter((count) => count > 0)).toEqual([]);
    } finally {
      await rm(join(file, '..'), { recursive: true, force: true });
    }
  });

  it('carries a bill of materials of all that is in it', async () => {
    const bill = JSON.parse(await sh(`cat /usr/share/sbom/${kind}.cdx.json`)) as {
      bomFormat: string;
      components: { name: string; version: string; purl: string }[];
    };
    expect(bill.bomFormat).toBe('CycloneDX');
    const debian = bill.components.filter(({ purl }) => purl.startsWith('pkg:deb/'));
    // biome-ignore lint/suspicious/noTemplateCurlyInString: dpkg-query's own form
    const installed = await sh("dpkg-query -W -f '${Package} ${Version}\\n'");
    expect(debian.map(({ name, version }) => `${name} ${version}`).sort()).toEqual(installed.trim().split('\n').sort());
    const npm = bill.components.filter(({ purl }) => purl.startsWith('pkg:npm/')).map(({ name }) => name);
    const places = await sh('cd /app/node_modules; ls -d [!@]*/package.json @*/*/package.json | grep -v ^@meetingbot/');
    expect(npm).toEqual(expect.arrayContaining(places.replaceAll('/package.json', '').trim().split('\n')));
    expect(npm).toContain(kind === 'controller' ? 'undici' : 'puppeteer');
    expect(bill.components).toContainEqual(expect.objectContaining({ name: 'node' }));
  });

  it('is not larger than was agreed', async () => {
    const megabytes = Math.round((await engine.inspect(image)).Size / 1e6);
    console.log(`image of the ${kind}: ${megabytes} MB unpacked, at most ${MOST_MEGABYTES[kind]}`);
    expect(megabytes).toBeLessThan(MOST_MEGABYTES[kind]);
  });

  it('ends with one line that names the setting when one is missing', async () => {
    const ended: unknown = await engine.podman('run', '--rm', ...asOnFargate(), image).catch((error: unknown) => error);
    expect(ended).toBeInstanceOf(Error);
    expect((ended as { cause: { code: number } }).cause.code).toBe(78);
    expect((ended as Error).message).toMatch(/settings: .*S3_BUCKET_NAME/);
  });
});

describe('the user of the browser', () => {
  const setpriv = '/usr/local/libexec/meetingbot/setpriv';
  const asBrowser = `${setpriv} --reuid 10002 --regid 10002 --clear-groups --no-new-privs --`;
  const run = (script: string) =>
    engine.outputIn('to change users', IMAGES.recorder, '/bin/sh', '-c', `{ ${script}; } 2>&1; true`);

  it('has none of the recorder’s files and processes, and no way back', async () => {
    const said = await run(`umask 077; echo recorded >/tmp/media; sleep 60 & other=$!
      for act in 'id -u' 'id -G' 'cat /tmp/media' "kill $other" 'rm -f /tmp/media' '${setpriv} --version' 'setpriv --reuid 0 id -u'
      do ${asBrowser} sh -c "$act" || echo "refused: $act"; done; kill $other && cat /tmp/media`);
    const refused = said.split('\n').filter((line) => line.startsWith('refused'));
    expect(said.split('\n').slice(0, 2)).toEqual(['10002', '10002']);
    expect(refused.map((line) => line.split(' ')[1])).toEqual(['cat', 'kill', 'rm', setpriv, 'setpriv']);
    expect(said.trim().endsWith('recorded')).toBe(true);
  });

  it('is another one only where the container leaves the means', async () => {
    const without = `${asBrowser} id -u 2>&1; true`;
    expect(await engine.output(IMAGES.recorder, '/bin/sh', '-c', without)).toMatch(/not permitted/);
  });

  it('is root’s in nothing else: no other program takes rights', async () => {
    const programs = await run('find / -xdev -type f -perm /6000 2>/dev/null');
    expect(programs).toBe(`${setpriv}\n`);
  });
});

describe('the fonts of the recorder', () => {
  it.each([
    ['Arabic', '0x0645'],
    ['Hebrew', '0x05d0'],
    ['Devanagari', '0x0905'],
    ['Thai', '0x0e01'],
    ['Chinese', '0x4f60'],
    ['Japanese', '0x3042'],
    ['Korean', '0xac00'],
    ['Ethiopic', '0x1208'],
    ['emoji', '0x1f600'],
  ])('draw %s', async (_, character) => {
    const found = await engine.output(IMAGES.recorder, 'fc-list', `:charset=${character}`, 'family');
    expect(found.trim()).not.toBe('');
  });
});

describe('the images at work', () => {
  let dataDir: string;
  let stack: Stack;
  let meeting: DemoMeeting;
  let controller: Service;
  let api: ApiClient;

  beforeAll(async () => {
    dataDir = await mkdtemp(join(tmpdir(), 'mb-images-'));
    meeting = await startDemoMeeting({ log: silentLogger });
    const port = await freePort();
    stack = await startStack({
      dataDir,
      ports: { api: port, s3: 0, dynamodb: 0, ecs: 0 },
      settings: { DYNAMODB_CREATE_TABLE: 'true', CONTROLLER_URL: `http://127.0.0.1:${port}` },
      recorder: containerTask(engine, IMAGES.recorder),
      startApi: async (env) => {
        const logFile = join(dataDir, 'logs', 'controller.log');
        controller = await startControllerContainer({ engine, image: IMAGES.controller, env, port, logFile });
        return controller;
      },
    });
    api = new ApiClient(stack.api.info.url);
  }, 2 * MINUTE);

  afterAll(async () => {
    await stack?.stop();
    await meeting?.close();
    await rm(dataDir, { recursive: true, force: true });
  }, 2 * MINUTE);

  const until = async (name: string, holds: (meeting: Meeting) => boolean): Promise<Meeting> => {
    const deadline = performance.now() + 4 * MINUTE;
    for (;;) {
      const seen = await api.get(name);
      if (holds(seen)) return seen;
      if (performance.now() > deadline) throw new Error(`${name}: ${JSON.stringify(seen.status, null, 1)}`);
      await systemClock.sleep(100);
    }
  };
  /** Of all recorders so far. */
  const logs = async (): Promise<string> => {
    const folder = join(dataDir, 'ecs', 'logs');
    const files = await Promise.all((await readdir(folder)).map((name) => readFile(join(folder, name), 'utf8')));
    return files.join('\n');
  };
  const isRecording = ({ status }: Meeting) => status.phase === 'Recording' || isTerminal(status.phase);
  const isOver = ({ status }: Meeting) => isTerminal(status.phase);
  const write = (name: string, url: string) =>
    api.create({
      metadata: { name },
      spec: { url, platform: 'web', join: demoJoinPlan, maxAttempts: 1, leave: { aloneSeconds: 3 } },
    });

  it('record a meeting, whole and in step', { timeout: 6 * MINUTE }, async () => {
    const url = meeting.createRoom({ name: 'in-a-container', cookies: true });
    const participants = await joinParticipants({ meetingUrl: url, count: 2, log: silentLogger });
    let leftAt = Number.NaN;
    try {
      await write('whole', url);
      await until('whole', isRecording);
      await systemClock.sleep(20_000);
    } finally {
      await participants.close();
      leftAt = Date.now();
    }
    const ended = await until('whole', isOver);
    expect(ended.status).toMatchObject({ phase: 'Completed', outcome: 'Complete', reason: 'LeftAlone' });
    expect(await logs()).toMatch(/"sandbox":false,"user":10002,"ownUser":true.*"the browser starts"/);
    const downloader = new Downloader(stack.s3.info.url);
    try {
      const checks = await judgeRecording({ meeting: ended, leftAt, received: undefined, downloader, out: dataDir });
      // No webhook is configured here, and pace and sync of one vCPU beside the participants are the bench's matter.
      const others = /webhook|signatures|names the object|A\/V offset|frames lost|soon after/;
      const broken = checks.filter(({ claim, holds }) => !holds && !others.test(claim));
      expect(broken).toEqual([]);
    } finally {
      downloader.close();
    }
  });

  it('end by SIGTERM with the recording whole and the right exit code', { timeout: 6 * MINUTE }, async () => {
    const url = meeting.createRoom({ name: 'told-to-end', cookies: true });
    const participants = await joinParticipants({ meetingUrl: url, count: 1, log: silentLogger });
    try {
      await write('told-to-end', url);
      const { status } = await until('told-to-end', isRecording);
      await systemClock.sleep(6_000);
      const { region, accessKeyId, secretAccessKey, cluster } = LOCAL;
      const credentials = { accessKeyId, secretAccessKey };
      const ecs = new ECSClient({ region, endpoint: stack.ecs.info.url, credentials });
      const stopped = performance.now();
      await ecs.send(new StopTaskCommand({ cluster, task: status.attempts.at(-1)?.taskArn ?? '' }));
      ecs.destroy();
      const ended = await until('told-to-end', isOver);
      expect(performance.now() - stopped).toBeLessThan(100_000);
      expect(ended.status.attempts.at(-1)).toMatchObject({ exitCode: 143 });
      expect(ended.status.recording?.durationSeconds).toBeGreaterThan(4);
    } finally {
      await participants.close();
    }
  });

  it('the controller gives its lease back and ends with 0 on SIGTERM', async () => {
    const stopped = performance.now();
    const exit = await controller.stop();
    expect(exit).toEqual({ code: 0, signal: null });
    expect(performance.now() - stopped).toBeLessThan(25_000);
  });
});

/** The controller's container is told its port, since recorders are told it too. */
function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address !== null ? address.port : 0));
    });
  });
}
