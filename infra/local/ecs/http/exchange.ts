import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { EcsError } from '../errors.ts';

/** RunTask with ten tasks' worth of text is far below; the real service refuses such bodies too. */
const longestBody = 1_048_576;

/** @throws EcsError RequestEntityTooLarge behind 1 MiB. */
export async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    length += chunk.length;
    if (length > longestBody) {
      throw new EcsError('RequestEntityTooLarge', `A request has at most ${longestBody} bytes.`, { status: 413 });
    }
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

/** Answers in AWS JSON 1.1. */
export function sendJson(response: ServerResponse, status: number, body: unknown): void {
  const text = JSON.stringify(body);
  response.writeHead(status, {
    'content-type': 'application/x-amz-json-1.1',
    'content-length': Buffer.byteLength(text),
    'x-amzn-requestid': randomUUID(),
  });
  response.end(text);
}

/** The one place where an error becomes an answer. */
export function sendError(response: ServerResponse, error: EcsError): void {
  sendJson(response, error.status, { __type: error.code, message: error.message, ...error.detail });
}
