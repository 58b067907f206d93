import { once } from 'node:events';
import { createReadStream } from 'node:fs';
import { mkdir, stat } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { makeFlashFilm } from '@meetingbot/recorder/testing';
import { BEEP } from '../local/meeting/reference/voice.ts';
import { recordDirectly } from './recorder-direct.ts';
import { measureFlashes, type PictureFacts, syncFacts } from './recorder-judge.ts';

/** The film is longer than what is recorded of it, in seconds. */
const SPARE_SECONDS = 60;
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
  await makeFlashFilm(film, { seconds: seconds + SPARE_SECONDS, beep: BEEP });
  const site = await serve(film);
  try {
    const place = join(keep, 'sync');
    await mkdir(place, { recursive: true });
    const { file } = await recordDirectly({
      ...{ url: site.url, dir: place, env: {}, isMeeting: false },
      ...{ warmSeconds: 0, seconds, signal },
    });
    const report = await measureFlashes(file);
    return {
      seconds,
      sync: syncFacts(report),
      missingFlashes: report.missingFlashes,
      missingBeeps: report.missingBeeps,
    };
  } finally {
    site.close();
  }
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
