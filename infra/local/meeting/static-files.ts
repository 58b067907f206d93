import { readFile, realpath } from 'node:fs/promises';
import type { ServerResponse } from 'node:http';
import { extname, join, normalize } from 'node:path';

const CONTENT_TYPES: Record<string, string> = {
  '.css': 'text/css; charset=utf-8',
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.json': 'application/json',
  '.map': 'application/json',
  '.ico': 'image/x-icon',
  '.png': 'image/png',
  '.svg': 'image/svg+xml',
  '.ttf': 'font/ttf',
  '.webp': 'image/webp',
  '.woff': 'font/woff',
  '.woff2': 'font/woff2',
};

/**
 * Answers with one file from a folder. Links inside the folder are followed (Debian's web packages link their
 * libraries together); a path that climbs out of the folder is not found.
 * @param path the request's path below the folder, percent-decoding done here
 * @returns false, with nothing sent, when there is no such file
 */
export async function sendFile(response: ServerResponse, folder: string, path: string): Promise<boolean> {
  const body = await readBelow(folder, path);
  if (body === undefined) return false;
  send(response, 200, body, CONTENT_TYPES[extname(path)] ?? 'application/octet-stream');
  return true;
}

/** Sends a whole answer; nothing of ours is cached, so that a page is never an earlier run's. */
export function send(response: ServerResponse, status: number, body: string | Buffer, contentType: string): void {
  response.writeHead(status, { 'content-type': contentType, 'cache-control': 'no-store' });
  response.end(body);
}

async function readBelow(folder: string, path: string): Promise<Buffer | undefined> {
  try {
    const clean = normalize(`/${decodeURIComponent(path)}`);
    return await readFile(await realpath(join(folder, clean)));
  } catch {
    return undefined;
  }
}
