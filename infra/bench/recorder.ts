import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { cpus, loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { projectRoot } from '../local/stack/places.ts';
import { killInPage, recordInPageOnce } from './media-in-page.ts';
import { compareVariants } from './recorder-compare.ts';
import { killRecorder } from './recorder-killed.ts';
import { type ReferenceCase, recordReference } from './recorder-reference.ts';
import { type RecorderReport, reportLines } from './recorder-report.ts';
import { type RecordingStack, startRecordingStack } from './recorder-stack.ts';
import { measureOffset } from './recorder-sync.ts';
import { VARIANTS } from './recorder-variants.ts';
import { verdictsOf } from './recorder-verdict.ts';

/**
 * `npm run bench:recorder`: what a recorder costs and how good its recordings are, on the reference call (four WebRTC
 * tiles of 640×480 at 30 frames a second); the in-page pipeline that it replaces, on the same call; what each flag is
 * worth; how far sound and picture of a page are apart, and whether they drift. `--seconds n` of each measurement (40),
 * `--only a,b` cases (720p25, 1080p30, audio, in-page, killed, sync, flags) or variants, `--sync-seconds n` (120),
 * `--flag-seconds n` (12), `--rounds n` (2).
 */

const REFERENCES: readonly ReferenceCase[] = [
  { name: '720p25', recording: { kind: 'video', width: 1280, height: 720, frameRate: 25 } },
  { name: '1080p30', recording: { kind: 'video', width: 1920, height: 1080, frameRate: 30 } },
  { name: 'audio', recording: { kind: 'audio', width: 1280, height: 720, frameRate: 25 } },
];
const KILLED_AFTER_SECONDS = 20;
const CAVEATS = [
  'Senders, S3 and controller share this machine with the recorder; what else it does shows in loss, offset and memory.',
  'Figures compare within one run. Frames "camera to file" count what senders, WebRTC and Chromium lose too.',
  "In the reference call sound and picture are also as far apart as WebRTC lets them be: 30 ms and a display's delay.",
];

interface Folders {
  /** Removed at the end. */
  readonly dir: string;
  /** Where the recordings stay, for whoever wants to look. */
  readonly keep: string;
}

interface Wishes {
  readonly seconds: number;
  readonly syncSeconds: number;
  readonly flagSeconds: number;
  readonly rounds: number;
  readonly only: readonly string[];
}

function readWishes(args: readonly string[]): Wishes {
  const text = { type: 'string' } as const;
  const options = { seconds: text, 'sync-seconds': text, 'flag-seconds': text, rounds: text, only: text };
  const { values } = parseArgs({ args: [...args], options });
  const only = values.only?.split(',') ?? [];
  const names = [...REFERENCES, ...VARIANTS].map(({ name }) => name).concat('in-page', 'killed', 'sync', 'flags');
  const unknown = only.find((name) => !names.includes(name));
  if (unknown !== undefined) throw new Error(`--only ${unknown}: expected some of ${names.join(', ')}`);
  return {
    seconds: Number(values.seconds ?? 40),
    syncSeconds: Number(values['sync-seconds'] ?? 120),
    flagSeconds: Number(values['flag-seconds'] ?? 12),
    rounds: Number(values.rounds ?? 2),
    only,
  };
}

/** Runs what was asked for; a case that fails does not keep the others from running. */
async function runBench(wishes: Wishes, { dir, keep }: Folders, signal: AbortSignal): Promise<RecorderReport> {
  const report: RecorderReport = { references: [], failures: {} };
  const wants = (name: string) => wishes.only.length === 0 || wishes.only.includes(name);
  const run = async (name: string, work: () => Promise<void>) => {
    if (!wants(name)) return;
    console.log(`${name} …`);
    try {
      await work();
    } catch (error) {
      signal.throwIfAborted();
      report.failures[name] = (error as Error).message;
      console.log(`${name}: ${(error as Error).message}`);
    }
  };

  const { seconds } = wishes;
  if ([...REFERENCES.map(({ name }) => name), 'in-page', 'killed'].some(wants)) {
    const stack: RecordingStack = await startRecordingStack(dir, signal);
    const endpoint = stack.s3Url;
    try {
      for (const reference of REFERENCES) {
        await run(reference.name, async () => {
          report.references.push(await recordReference(reference, { stack, keep, seconds, signal }));
        });
      }
      const inPage = (name: string) => ({ bucket: stack.bucket, endpoint, keep, dir: join(dir, name), signal });
      await run('in-page', async () => {
        report.inPage = await recordInPageOnce({ ...inPage('in-page'), seconds });
      });
      await run('killed', async () => {
        report.killed = await killRecorder({ stack, keep, seconds: KILLED_AFTER_SECONDS, signal });
        report.inPageKilled = await killInPage({ ...inPage('in-page-killed'), seconds: KILLED_AFTER_SECONDS });
      });
    } finally {
      await stack.close();
    }
  }

  await run('sync', async () => {
    report.sync = await measureOffset({ dir, keep, seconds: wishes.syncSeconds, signal });
  });

  const [shipped, ...others] = VARIANTS;
  const chosen = others.filter(({ name }) => wishes.only.includes(name) || wants('flags'));
  if (shipped !== undefined && chosen.length > 0) {
    const variants = [shipped, ...chosen];
    const onRun = (line: string) => console.log(`  ${line}`);
    report.variants = await compareVariants({
      ...{ variants, dir, signal, onRun },
      ...{ seconds: wishes.flagSeconds, rounds: wishes.rounds },
    });
  }
  return report;
}

async function main(): Promise<number> {
  const wishes = readWishes(process.argv.slice(2));
  const interrupted = new AbortController();
  for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(name, () => interrupted.abort(new Error(`ended by ${name}`)));
  }
  const out = join(projectRoot, '.local', 'bench');
  const keep = join(out, 'recordings');
  await mkdir(keep, { recursive: true });
  const dir = await mkdtemp(join(tmpdir(), 'meetingbot-bench-'));
  // As below a container's /tmp: the browser's own user comes by.
  await chmod(dir, 0o711);
  const loadBefore = loadavg();
  try {
    const report = await runBench(wishes, { dir, keep }, interrupted.signal);
    const machine = { cpus: cpus().length, model: cpus()[0]?.model, loadBefore, loadAfter: loadavg() };
    const at = new Date().toISOString();
    const stored = { at, machine, wishes, caveats: CAVEATS, verdicts: verdictsOf(report), ...report };
    // One for each run, and the latest under a name that stays.
    const file = join(out, `recorder-${at.slice(0, 19).replaceAll(':', '-')}.json`);
    for (const place of [file, join(out, 'recorder.json')]) {
      await writeFile(place, `${JSON.stringify(stored, null, 2)}\n`);
    }
    const load = `load ${loadBefore[0]?.toFixed(1)} before`;
    console.log(
      ['', ...reportLines(report), '', `${machine.cpus} × ${machine.model}, ${load}`, ...CAVEATS, file].join('\n'),
    );
    return Object.keys(report.failures).length === 0 ? 0 : 1;
  } finally {
    await rm(dir, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
  }
}

main().then(
  (code) => process.exit(code),
  (error: unknown) => {
    console.error(`bench:recorder: ${(error as Error).message}`);
    process.exit(1);
  },
);
