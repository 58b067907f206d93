import { access, constants, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname } from 'node:path';
import { EXIT_CODES, redactUrl, silentLogger, systemClock, totalSeconds } from '@meetingbot/crds-schema';
import { type RecordArguments, readRecordArguments, UsageError } from './record-arguments.ts';
import { type LocalResult, recordLocally } from './session/local-recording.ts';
import { makeLogger } from './session/logger.ts';
import type { SessionStatus } from './session/session-types.ts';
import { sweepSessions } from './session/sweep.ts';

const EXIT_USAGE = 2;
const PROGRESS_MS = 5000;
/** Media that is older than this and not on disk is worth a word. */
const LATE_SECONDS = 30;

const startedAt = performance.now();

function say(line: string): void {
  const seconds = Math.floor((performance.now() - startedAt) / 1000);
  const [minutes, rest] = [Math.floor(seconds / 60), seconds % 60].map((part) => String(part).padStart(2, '0'));
  process.stdout.write(`${minutes}:${rest}  ${line}\n`);
}

/** @throws UsageError when there can be no file there */
async function expectWritable(out: string): Promise<void> {
  const folder = dirname(out);
  await access(folder, constants.W_OK).catch((error: NodeJS.ErrnoException) => {
    throw new UsageError(
      `--out: cannot write to ${folder}: ${error.code === 'ENOENT' ? 'no such directory' : error.code}`,
    );
  });
  if ((await stat(out).catch(() => undefined))?.isDirectory()) throw new UsageError(`--out: ${out} is a directory`);
}

function sayPhase(): (status: SessionStatus) => void {
  let last = '';
  return ({ phase, participants }) => {
    const people = participants === undefined ? '' : `, ${participants} ${participants === 1 ? 'person' : 'people'}`;
    const words = {
      Joining: 'joining',
      Lobby: 'in the lobby',
      Recording: `in the call${people}`,
      Finalizing: 'finishing',
    };
    if (words[phase] !== last) say(words[phase]);
    last = words[phase];
  };
}

async function main({ spec, out, profile }: RecordArguments): Promise<number> {
  const { env } = process;
  await expectWritable(out);
  await sweepSessions(tmpdir(), { env, clock: systemClock, logger: silentLogger });
  const logLevel = env['LOG_LEVEL'];
  const privateHosts = [new URL(spec.url).hostname, env['BROWSER_PRIVATE_HOSTS'] ?? ''].join(',');
  const extraArgs = env['CHROME_EXTRA_ARGS'];
  say(`opening ${redactUrl(spec.url)}`);
  const { session, done } = await recordLocally({
    ...(profile === undefined ? {} : { identity: { name: '--profile', profile } }),
    ...{ spec, out, env, workRoot: tmpdir(), clock: systemClock },
    browser: {
      program: env['CHROMIUM_PATH'] ?? '/usr/bin/chromium',
      privateHosts,
      ...(extraArgs === undefined ? {} : { extraArgs }),
    },
    logger: logLevel === undefined ? silentLogger : makeLogger({ level: logLevel, file: 2, base: {} }),
    onChange: sayPhase(),
    onFound: (folder) => say(`making a file of an earlier recording, which is in ${folder}`),
  });
  process.once('SIGINT', () => session.stop('stopped by Ctrl-C'));
  process.once('SIGTERM', () => session.terminate('SIGTERM'));
  const progress = setInterval(() => void sayProgress(session), PROGRESS_MS);
  const result = await done.finally(() => clearInterval(progress));
  sayRescued(result);
  return sayResult(result, out);
}

async function sayProgress(session: Awaited<ReturnType<typeof recordLocally>>['session']): Promise<void> {
  const { recordingStartedAt, phase } = session.status();
  const { framesPerSecond, audioRmsDb, cpuCores, uploadLagSeconds = 0 } = await session.health();
  if (uploadLagSeconds > LATE_SECONDS)
    say(`the disk has not taken the last ${uploadLagSeconds.toFixed(0)} s: is it full?`);
  if (phase !== 'Recording' || recordingStartedAt === undefined) return;
  const parts = [
    `recording, ${Math.round((Date.now() - recordingStartedAt) / 1000)} s`,
    ...(framesPerSecond === undefined ? [] : [`${framesPerSecond.toFixed(1)} fps`]),
    ...(audioRmsDb === undefined ? [] : [`sound ${audioRmsDb.toFixed(0)} dB`]),
    ...(cpuCores === undefined ? [] : [`${cpuCores.toFixed(2)} cores`]),
  ];
  say(parts.join(', '));
}

function sayRescued({ rescued = [] }: LocalResult): void {
  for (const each of rescued) {
    if ('file' in each) process.stdout.write(`${each.file} is the earlier recording, as far as it was made\n`);
    else process.stderr.write(`no file of the earlier recording: ${each.problem}; its media stays in ${each.folder}\n`);
  }
}

function sayResult({ reason, message, manifest, kept }: LocalResult, out: string): number {
  say(`${reason}: ${message}`);
  if (kept !== undefined) {
    process.stderr.write(`no recording was finished: ${message}\n`);
    process.stderr.write(
      `What was recorded is in ${kept}: the next npm run record with --out in ${dirname(out)} makes a file of it.\n`,
    );
    return EXIT_CODES[reason] || 1;
  }
  const movie = manifest?.recording;
  if (movie === undefined) {
    process.stderr.write(`nothing was recorded: ${message}\n`);
    return EXIT_CODES[reason] || 1;
  }
  const gaps = totalSeconds(manifest?.gaps ?? []);
  const facts = [
    `${movie.durationSeconds.toFixed(1)} s`,
    ...(movie.width === undefined ? [] : [`${movie.width}x${movie.height}, ${movie.frameRate} fps`]),
    `${(movie.sizeBytes / 1e6).toFixed(1)} MB`,
    ...(gaps > 0 ? [`${gaps.toFixed(1)} s missing`] : []),
  ];
  process.stdout.write(`${out}\n${facts.join(', ')}\n`);
  return EXIT_CODES[reason];
}

try {
  process.exit(await main(await readRecordArguments(process.argv.slice(2), new Date())));
} catch (error) {
  if (!(error instanceof UsageError)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exit(EXIT_USAGE);
}
