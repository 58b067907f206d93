import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import type { ServerResponse } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { sendFile } from './static-files.ts';

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'static-files-'));
  await writeFile(join(folder, 'page one.html'), 'hello');
});

afterEach(() => rm(folder, { recursive: true, force: true }));

function recordAnswer() {
  const answer: { status?: number; type?: string | undefined; body?: string } = {};
  const response = {
    writeHead(status: number, headers: Record<string, string>) {
      answer.status = status;
      answer.type = headers['content-type'];
    },
    end(body: Buffer) {
      answer.body = body.toString();
    },
  };
  return { answer, response: response as unknown as ServerResponse };
}

test('a file of the folder is sent with its type', async () => {
  const { answer, response } = recordAnswer();

  const sent = await sendFile(response, folder, '/page%20one.html');

  expect(sent).toBe(true);
  expect(answer).toEqual({ status: 200, type: 'text/html; charset=utf-8', body: 'hello' });
});

test.each(['../../../../etc/hostname', '%2e%2e/%2e%2e/%2e%2e/etc/hostname', '/missing.js', '/', '%'])(
  'nothing is sent for %s',
  async (path) => {
    const { answer, response } = recordAnswer();

    const sent = await sendFile(response, folder, path);

    expect(sent).toBe(false);
    expect(answer).toEqual({});
  },
);
