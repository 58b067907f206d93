import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import type { Logger } from '@meetingbot/crds-schema';
import { type WebSocket, WebSocketServer } from 'ws';
import { parseClientMessage } from './protocol.ts';
import { type PageVariant, type Person, Room } from './room.ts';
import { send, sendFile } from './static-files.ts';

const PAGES = fileURLToPath(new URL('./pages/', import.meta.url));
const HTML = 'text/html; charset=utf-8';
const MAX_MESSAGE_BYTES = 256 * 1024;

export interface DemoMeetingOptions {
  log: Logger;
  /** Address to listen on; default 127.0.0.1. Browsers give media to pages from loopback without TLS. */
  host?: string;
  /** Default 0: any free port. */
  port?: number;
}

export interface NewRoom {
  /** The path of the meeting's URL: letters, digits, dashes. Default: `room-1`, `room-2`, … */
  name?: string;
  lobby?: boolean;
  cookies?: boolean;
  page?: PageVariant;
}

/** The host's side of the web conference: rooms are made, guests let in, meetings ended from here. */
export interface DemoMeeting {
  /** Where the server listens, without a trailing slash. */
  url: string;
  /** @returns the meeting's URL. @throws when the name is taken or no path segment. */
  createRoom(room?: NewRoom): string;
  admit(room: string, guest?: string): number;
  deny(room: string, guest?: string): number;
  remove(room: string, name: string): number;
  /** Ends the meeting for everyone in it; its URL is not found from then on. */
  endRoom(room: string): void;
  /** Everyone in the call and in the lobby, in order of arrival. */
  participants(room: string): Person[];
  close(): Promise<void>;
}

/**
 * Starts a web conference: pages, signalling and the host's controls. The pages connect to each other directly
 * (a mesh of RTCPeerConnections over host candidates, no STUN), so the server carries no media.
 */
export async function startDemoMeeting({
  log,
  host = '127.0.0.1',
  port = 0,
}: DemoMeetingOptions): Promise<DemoMeeting> {
  const rooms = new Map<string, Room>();
  let made = 0;
  let ids = 0;

  const http = createServer((request, response) => {
    void answer(rooms, request, response).catch((error: unknown) => {
      log.error({ err: error, path: request.url }, 'meeting page failed');
      response.destroy();
    });
  });
  const sockets = new WebSocketServer({ server: http, maxPayload: MAX_MESSAGE_BYTES });
  sockets.on('connection', (socket, request) => {
    const room = rooms.get(segments(request)[0] ?? '');
    if (room === undefined) socket.close(4404, 'no such meeting');
    else connect(room, socket);
  });
  sockets.on('error', (error) => log.warn({ err: error }, 'meeting signalling failed'));

  http.listen(port, host);
  await once(http, 'listening');
  const address = http.address() as AddressInfo;
  const url = `http://${host}:${address.port}`;
  log.info({ url }, 'demo meeting server listens');

  const existing = (name: string): Room => {
    const room = rooms.get(name);
    if (room === undefined) throw new Error(`no meeting named "${name}"`);
    return room;
  };

  return {
    url,
    createRoom({ name, lobby = false, cookies = false, page = 'conference' } = {}) {
      made += 1;
      const path = name ?? `room-${made}`;
      if (!/^[A-Za-z0-9-]+$/.test(path)) throw new Error(`a meeting's name has letters, digits, dashes; got "${path}"`);
      if (rooms.has(path) || path === 'assets') throw new Error(`the name "${path}" is taken`);
      rooms.set(
        path,
        new Room({ lobby, cookies, page }, () => {
          ids += 1;
          return `p${ids}`;
        }),
      );
      return `${url}/${path}`;
    },
    admit: (room, guest) => existing(room).admit(guest),
    deny: (room, guest) => existing(room).deny(guest),
    remove: (room, name) => existing(room).remove(name),
    endRoom(room) {
      existing(room).end();
      rooms.delete(room);
    },
    participants: (room) => existing(room).people(),
    async close() {
      for (const room of rooms.values()) room.end();
      for (const socket of sockets.clients) socket.terminate();
      sockets.close();
      http.closeAllConnections();
      await new Promise<void>((resolve) => http.close(() => resolve()));
    },
  };
}

function connect(room: Room, socket: WebSocket): void {
  let id: string | undefined;
  socket.on('message', (frame) => {
    const message = parseClientMessage(frame.toString());
    if (message === undefined) socket.close(4400, 'not a message of this meeting');
    else if (message.type === 'join') id ??= room.join(message, (reply) => socket.send(JSON.stringify(reply)));
    else if (id === undefined) return;
    else if (message.type === 'signal') room.signal(id, message.to, message.data);
    else room.leave(id);
  });
  socket.on('close', () => {
    if (id !== undefined) room.leave(id);
  });
  socket.on('error', () => socket.terminate());
}

async function answer(rooms: Map<string, Room>, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const [first = '', ...rest] = segments(request);
  if (first === 'assets' && (await sendFile(response, PAGES, rest.join('/')))) return;
  const room = rest.length === 0 ? rooms.get(first) : undefined;
  if (room === undefined) {
    send(response, 404, await readFile(`${PAGES}not-found.html`), HTML);
    return;
  }
  if (room.settings.page === 'never-loads') return;
  if (room.settings.page === 'blank') {
    send(response, 200, '<!doctype html><title>Meeting</title>', HTML);
    return;
  }
  const page = await readFile(`${PAGES}conference.html`, 'utf8');
  send(
    response,
    200,
    page.replace('data-cookies="no"', `data-cookies="${room.settings.cookies ? 'yes' : 'no'}"`),
    HTML,
  );
}

function segments(request: IncomingMessage): string[] {
  return new URL(request.url ?? '/', 'http://meeting').pathname.split('/').filter((part) => part !== '');
}
