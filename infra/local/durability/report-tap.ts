import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { RecorderReport } from '@meetingbot/crds-schema';

export interface TappedReport {
  /** Wall clock, milliseconds. */
  readonly at: number;
  readonly report: RecorderReport;
}

/** The address of the API that recorders are given: passes everything on, and remembers what they report. */
export interface ReportTap {
  readonly url: string;
  /** Where calls go. */
  target: string;
  /** Reports of a Meeting, oldest first. */
  of(name: string): readonly TappedReport[];
  /** Whose last words the API does not take: their recorders go on trying for a while. */
  readonly deafTo: Set<string>;
  close(): Promise<void>;
}

export async function startReportTap(): Promise<ReportTap> {
  const reports = new Map<string, TappedReport[]>();
  const server = createServer(async (request, answer) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const body = Buffer.concat(chunks);
    const name = /\/meetings\/([^/]+)/.exec(request.url ?? '')?.[1] ?? '';
    if (body.length > 0) {
      const { recorder } = (JSON.parse(body.toString()) as { status: { recorder: RecorderReport } }).status;
      const seen = reports.get(name) ?? [];
      reports.set(name, seen);
      seen.push({ at: Date.now(), report: recorder });
      if (recorder.phase === 'Done' && tap.deafTo.has(name)) {
        answer.writeHead(503).end();
        return;
      }
    }
    const { host: _host, 'content-length': _length, connection: _connection, ...headers } = request.headers;
    const passed = await fetch(tap.target + request.url, {
      method: request.method ?? 'GET',
      headers: headers as Record<string, string>,
      ...(body.length > 0 ? { body } : {}),
    }).catch(() => undefined);
    if (passed === undefined) answer.writeHead(502).end();
    else answer.writeHead(passed.status, { 'content-type': 'application/json' }).end(await passed.text());
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const tap: ReportTap = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    target: '',
    of: (name) => reports.get(name) ?? [],
    deafTo: new Set(),
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
  return tap;
}
