import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { microsoftTeams } from '../platforms/microsoft-teams.ts';
import { fetchTeamsBotToken, type TeamsBot } from './teams-bot-token.ts';

const never = new AbortController().signal;
let server: Server;
let asked: { path: string; form: Record<string, string> }[];
let answer: { status: number; body: string; location?: string };
let bot: TeamsBot;

beforeEach(async () => {
  asked = [];
  answer = {
    status: 200,
    body: JSON.stringify({ token_type: 'Bearer', expires_in: 3599, access_token: 'head.body.sig-_' }),
  };
  server = createServer(async (request, response) => {
    let text = '';
    for await (const piece of request) text += piece;
    asked.push({ path: request.url ?? '', form: Object.fromEntries(new URLSearchParams(text)) });
    const { status, body, location } = answer;
    response.writeHead(status, location === undefined ? {} : { location }).end(body);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const authority = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  bot = { authority, tenantId: 'a-tenant', clientId: 'a-client', clientSecret: async () => 'marked-secret\n' };
});
afterEach(() => server.close());

it('asks the tenant for a token of the registered app', async () => {
  expect(await fetchTeamsBotToken(bot, never)).toBe('head.body.sig-_');
  expect(asked).toEqual([
    {
      path: '/a-tenant/oauth2/v2.0/token',
      form: {
        ...{ grant_type: 'client_credentials', client_id: 'a-client', client_secret: 'marked-secret' },
        scope: 'https://ic3.teams.office.com/.default',
      },
    },
  ]);
});

it.each([
  [
    'a refusal, by its code and number',
    {
      status: 401,
      body: JSON.stringify({ error: 'invalid_client', error_description: 'AADSTS7000215: Invalid marked-secret' }),
    },
    /answered 401 invalid_client AADSTS7000215$/,
  ],
  ['an answer without a token', { status: 200, body: '{"access_token":""}' }, /answered 200$/],
  ['a token that no address may hold', { status: 200, body: '{"access_token":"a&b#c"}' }, /answered 200$/],
  ['a page', { status: 503, body: '<html>marked-secret' }, /answered 503$/],
  ['a way to somebody else', { status: 307, body: '', location: 'http://127.0.0.1:9/' }, /^127\.0\.0\.1:\d+: /],
])('tells of %s, and never the secret', async (_, given, message) => {
  answer = given;
  await expect(fetchTeamsBotToken(bot, never)).rejects.toThrow(message);
  await expect(fetchTeamsBotToken(bot, never)).rejects.not.toThrow('marked-secret');
  expect(asked.every(({ path }) => path.startsWith('/a-tenant/'))).toBe(true);
});

it('says that nobody answers, and ends with the visit', async () => {
  server.close();
  await once(server, 'close');
  await expect(fetchTeamsBotToken(bot, never)).rejects.toThrow(/^127\.0\.0\.1:\d+: /);
  await expect(fetchTeamsBotToken(bot, AbortSignal.abort(new Error('left')))).rejects.toThrow('left');
});

it('puts the token behind the # of the address, after what is there', () => {
  const vouched = (url: string) => microsoftTeams.vouchedFor?.(new URL(url), 'a.b.c').href;

  expect(vouched('https://teams.microsoft.com/meet/1234?p=abc')).toBe(
    'https://teams.microsoft.com/meet/1234?p=abc#token=a.b.c',
  );
  expect(vouched('https://teams.microsoft.com/_#/meet/1')).toBe('https://teams.microsoft.com/_#/meet/1&token=a.b.c');
});
