import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { EndReason } from '@meetingbot/crds-schema';
import type { Stage } from './stage.ts';

/** What the host of one meeting saw. */
export interface Room {
  url: string;
  /** The attempts that came, in order. */
  arrivals: number[];
  /** How many are here now. */
  present: number;
  /** The most that were here at once. */
  mostTogether: number;
  /** Lets everybody here, and whoever comes later, go so far. */
  go(stage: Stage): void;
  /** Every recorder here ends now, for a reason of its own, and says this of it. */
  fail(reason: EndReason, message?: string): void;
  /** No recorder here hears the API's word to leave from now on. */
  deafen(): void;
  /** From now on the page is heard, and no recording here has sound. */
  hush(): void;
}

/** The host of scripted meetings: recorders hang on its line, so it knows who is there. */
export interface Host {
  open(name: string): Room;
  close(): Promise<void>;
}

interface Visitors {
  room: Room;
  stage: Stage;
  isDeaf: boolean;
  isHushed: boolean;
  reason?: EndReason;
  message?: string;
  lines: Set<ServerResponse>;
}

export async function startHost(): Promise<Host> {
  const rooms = new Map<string, Visitors>();
  const server = createServer((request, response) => {
    const { pathname, searchParams } = new URL(request.url ?? '/', 'http://host');
    const visitors = rooms.get(pathname.slice(1));
    if (visitors === undefined) {
      response.writeHead(404).end();
      return;
    }
    response.writeHead(200, { 'content-type': 'application/x-ndjson' });
    attend(visitors, response, Number(searchParams.get('attempt')));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    open(name) {
      const visitors: Visitors = {
        stage: 'outside',
        isDeaf: false,
        isHushed: false,
        lines: new Set(),
        room: {
          url: `http://127.0.0.1:${port}/${name}`,
          arrivals: [],
          present: 0,
          mostTogether: 0,
          go(stage) {
            visitors.stage = stage;
            tell(visitors);
          },
          fail(reason, message) {
            visitors.reason = reason;
            if (message !== undefined) visitors.message = message;
            tell(visitors);
          },
          deafen() {
            visitors.isDeaf = true;
            tell(visitors);
          },
          hush() {
            visitors.isHushed = true;
            tell(visitors);
          },
        },
      };
      rooms.set(name, visitors);
      return visitors.room;
    },
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

function attend({ room, lines, ...rest }: Visitors, response: ServerResponse, attempt: number): void {
  lines.add(response);
  room.arrivals.push(attempt);
  room.present = lines.size;
  room.mostTogether = Math.max(room.mostTogether, lines.size);
  response.once('close', () => {
    lines.delete(response);
    room.present = lines.size;
  });
  response.write(lineOf(rest));
}

function tell({ lines, ...rest }: Visitors): void {
  for (const line of lines) line.write(lineOf(rest));
}

const lineOf = ({ stage, isDeaf, isHushed, reason, message }: Omit<Visitors, 'room' | 'lines'>) =>
  `${JSON.stringify({ stage, isDeaf, isHushed, reason, message })}\n`;
