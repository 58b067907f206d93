import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createReadStream } from 'node:fs';
import { mkdir, stat } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { silentLogger, systemClock } from '@meetingbot/crds-schema';
import { measureSync } from '@meetingbot/recorder';
import { TONE_HZ } from './recorder-call.ts';
import { recordDirectly } from './recorder-direct.ts';
import type { PictureFacts } from './recorder-judge.ts';

/** The film is longer than what is recorded of it, in seconds. */
const SPARE_SECONDS = 60;
const FRAME_RATE = 30;
/** No multiple of the recording's picture time: flashes fall on all its phases. */
const PULSE_FRAMES = 31;
const PAGE =
  '<!doctype html><body style="margin:0;background:#000"><video src="/film.webm" autoplay style="width:100vw">';

export interface SyncResult {
  readonly seconds: number;
  readonly sync: PictureFacts['sync'];
  readonly missingFlashes: number;
  readonly missingBeeps: number;
}

/**
 * Records a page that plays a film which flashes and beeps: sound against picture through the whole path of the recorder, and
 * nothing of WebRTC's own, which lets the two be 30 ms apart before it does anything about it.
 * @throws Error when there is no recording
 */
export async function measureOffset({
  dir,
  keep,
  seconds,
  signal,
}: {
  readonly dir: string;
  readonly keep: string;
  readonly seconds: number;
  readonly signal: AbortSignal;
}): Promise<SyncResult> {
  const film = join(dir, 'film.webm');
  await makeFilm(film, seconds + SPARE_SECONDS);
  const site = await serve(film);
  try {
    const place = join(keep, 'sync');
    await mkdir(place, { recursive: true });
    const { file } = await recordDirectly({
      ...{ url: site.url, dir: place, env: {}, isMeeting: false },
      ...{ warmSeconds: 0, seconds, signal },
    });
    const deps = { logger: silentLogger, clock: systemClock, env: { PATH: process.env['PATH'] ?? '' } };
    const report = await measureSync(file, { toneHz: TONE_HZ }, deps);
    const { pairs, medianOffsetMs, p95Ms, driftMsPerHour, driftErrorMsPerHour } = report;
    return {
      seconds,
      sync: { pairs: pairs.length, medianOffsetMs, p95Ms, driftMsPerHour, driftErrorMsPerHour },
      missingFlashes: report.missingFlashes,
      missingBeeps: report.missingBeeps,
    };
  } finally {
    site.close();
  }
}

async function makeFilm(file: string, seconds: number): Promise<void> {
  const flash = `drawbox=w=iw:h=ih:t=fill:color=white:enable='lt(mod(n,${PULSE_FRAMES}),3)'`;
  const period = PULSE_FRAMES / FRAME_RATE;
  const beep = `0.5*sin(2*PI*${TONE_HZ}*mod(t,${period}))*lt(mod(t,${period}),0.08)`;
  const child = spawn(
    'ffmpeg',
    [
      ...['-hide_banner', '-loglevel', 'error', '-y', '-t', String(seconds)],
      ...['-f', 'lavfi', '-i', `color=black:s=320x180:r=${FRAME_RATE},format=yuv420p,${flash}`],
      ...['-t', String(seconds), '-f', 'lavfi', '-i', `aevalsrc='${beep}':s=48000`],
      ...['-c:v', 'libvpx', '-deadline', 'realtime', '-cpu-used', '8', '-b:v', '200k', '-c:a', 'libopus', file],
    ],
    { stdio: ['ignore', 'ignore', 'inherit'] },
  );
  const [code] = (await once(child, 'close')) as [number | null];
  if (code !== 0) throw new Error(`ffmpeg could not make the film: exit ${code}`);
}

async function serve(film: string): Promise<{ url: string; close(): void }> {
  const { size } = await stat(film);
  const server = createServer((request, response) => {
    if (request.url !== '/film.webm') {
      response.setHeader('content-type', 'text/html').end(PAGE);
      return;
    }
    const start = Number(/^bytes=(\d+)-/.exec(request.headers.range ?? '')?.[1] ?? 0);
    response.writeHead(206, {
      'content-type': 'video/webm',
      'content-range': `bytes ${start}-${size - 1}/${size}`,
      'content-length': size - start,
      'accept-ranges': 'bytes',
    });
    createReadStream(film, { start })
      .on('error', () => response.destroy())
      .pipe(response);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    close() {
      server.closeAllConnections();
      server.close();
    },
  };
}
