import { once } from 'node:events';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import { send, sendFile } from '../meeting/static-files.ts';
import { makeCertificate } from './certificate.ts';
import { type Entry, FakeMeeting, type SitePlatform } from './fake-meeting.ts';
import { pageOf } from './page.ts';
import { SITES } from './platforms/index.ts';
import type { Site } from './platforms/site.ts';
import type { Script } from './script.ts';

const PAGES = fileURLToPath(new URL('./pages', import.meta.url));
/** No note of a page is longer. */
const MAX_NOTE = 4096;

/** The fake sites of all platforms behind one port, under their real names. */
export interface Sites {
  readonly port: number;
  /** Flags that make a Chromium find them and believe them: for the setting CHROME_EXTRA_ARGS. */
  readonly chromeArgs: string;
  /** Arranges a meeting. @param visits - how the first visit goes, and further ones; the last holds for all after it */
  arrange(platform: SitePlatform, visits?: readonly Partial<Script>[]): FakeMeeting;
  /** @param form - one of the site's other forms of an address */
  urlOf(meeting: FakeMeeting, form?: string): string;
  close(): Promise<void>;
}

/** @param port - 0: any free one */
export async function startSites(port = 0): Promise<Sites> {
  const hosts = SITES.flatMap((site) => site.hosts);
  const { key, cert, spki } = await makeCertificate(hosts);
  const meetings = new Map<string, FakeMeeting>();
  const meetingOf = (site: Site, name: string, visits: readonly Partial<Script>[] = [{}]) => {
    const id = `${site.platform}/${name}`;
    // Tones a third of a semitone apart and more: who hears another meeting than its own is found out.
    const made = meetings.get(id) ?? new FakeMeeting(site.platform, name, 300 + 25 * (meetings.size % 64), visits);
    meetings.set(id, made);
    return made;
  };

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? '/', `https://${request.headers.host}`);
    const site = siteOf(url.hostname);
    if (site === undefined) return send(response, 421, 'no site of ours', 'text/plain');
    if (url.pathname.startsWith('/_play/')) return play(url, request, response);
    const language = request.headers['accept-language'] ?? '';
    const { cookie = '' } = request.headers;
    const found = site.answer({ url, language, cookie, meetingOf: (name) => meetingOf(site, name) });
    if (found === undefined) return send(response, 404, 'Not Found', 'text/plain');
    if ('redirect' in found) {
      response.writeHead(302, { location: found.redirect }).end();
      return;
    }
    const { visit, script } = found.opens ? found.meeting.open() : found.meeting.current();
    send(
      response,
      found.status ?? 200,
      pageOf({ page: undefined, ...found, visit, script: { ...script, ...found.script }, language }),
      'text/html; charset=utf-8',
    );
  }

  /**
   * What pages fetch that no real site has: their own scripts, their orders, where they say what happens, and an answer
   * that never comes.
   */
  async function play(url: URL, request: IncomingMessage, response: ServerResponse): Promise<void> {
    const path = url.pathname.slice('/_play/'.length);
    const meeting = meetings.get(url.searchParams.get('meeting') ?? '');
    if (path === 'orders' && meeting !== undefined) return meeting.listen(response);
    if (path === 'note' && meeting !== undefined) {
      meeting.note(await noteOf(request));
      response.writeHead(204).end();
      return;
    }
    if (path === 'never') return;
    if (!(await sendFile(response, PAGES, path))) send(response, 404, 'Not Found', 'text/plain');
  }

  const server = createServer({ key, cert }, (request, response) => {
    answer(request, response).catch((error: unknown) => {
      console.error(`sites: ${request.headers.host}${request.url}:`, error);
      response.destroy();
    });
  });
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  const { port: bound } = server.address() as AddressInfo;
  let count = 0;
  return {
    port: bound,
    chromeArgs: chromeArgs(hosts, bound, spki),
    arrange: (platform, visits) => {
      const site = siteOfPlatform(platform);
      return meetingOf(site, site.makeKey(count++), visits);
    },
    urlOf(meeting, form) {
      const site = siteOfPlatform(meeting.platform);
      if (form === undefined) return site.urlOf(meeting);
      const address = site.forms[form]?.(meeting.key);
      if (address === undefined) throw new Error(`${meeting.platform} has no form of an address called ${form}`);
      return address;
    },
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

function siteOfPlatform(platform: SitePlatform): Site {
  const site = SITES.find((each) => each.platform === platform);
  if (site === undefined) throw new Error(`no site of ${platform}`);
  return site;
}

function siteOf(host: string): Site | undefined {
  const isOf = (pattern: string) => (pattern.startsWith('*.') ? host.endsWith(pattern.slice(1)) : host === pattern);
  return SITES.find(({ hosts }) => hosts.some(isOf));
}

/** Words as the shell of CHROME_EXTRA_ARGS splits them. */
function chromeArgs(hosts: readonly string[], port: number, spki: string): string {
  const rules = hosts.map((host) => `MAP ${host} 127.0.0.1:${port}`).join(', ');
  return `--host-resolver-rules='${rules}' --ignore-certificate-errors-spki-list=${spki}`;
}

async function noteOf(request: IncomingMessage): Promise<Entry> {
  let text = '';
  for await (const piece of request) {
    text += piece;
    if (text.length > MAX_NOTE) throw new Error('a note that long is none of ours');
  }
  return JSON.parse(text) as Entry;
}
