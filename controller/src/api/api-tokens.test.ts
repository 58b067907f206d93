import { mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inspect } from 'node:util';
import { type Logger, silentLogger, systemClock } from '@meetingbot/crds-schema';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ApiTokens } from './api-tokens.ts';
import { ApiUnderTest, MEETINGS, meetUrl, recorderTokenKey } from './api-under-test.ts';
import { issueRecorderToken } from './recorder-token.ts';
import { TokensFile } from './tokens-file.ts';

const bearer = (token: string) => ({ authorization: `Bearer ${token}` });
const meeting = { metadata: { name: 'm' }, spec: { url: meetUrl } };

describe('a token', () => {
  it.each([
    ['a:meetings:read', 'a', 'meetings:read'],
    ['a:meetings:write', 'a', 'meetings:write'],
    ['a:meetings:join', 'a', 'meetings:join'],
    ['a:read', 'a', 'meetings:read'],
    ['a:admin', 'a', 'meetings:write'],
    ['a:b:c:meetings:read', 'a:b:c', 'meetings:read'],
    ['a@b:read', 'a@b', 'meetings:read'],
  ])('written as %s is %s of scope %s', (text, token, scope) => {
    expect(new ApiTokens(text).grantOf(token)).toMatchObject({ scope });
  });

  it.each(['a:status:write', 'a:meetings:delete', ':meetings:read', 'a b:read', 'a:meetings:read@'])(
    'written as %s is refused, and not repeated',
    (text) => {
      expect(() => new ApiTokens(text)).toThrow(/^settings: API_TOKENS: expected token:scope .*meetings:read/);
      expect(() => new ApiTokens(text)).not.toThrow(text);
    },
  );

  it('is not in memory as it was written', () => {
    const tokens = new ApiTokens('hunter2:read,hunter3:write');

    expect(inspect(tokens, { depth: null, showHidden: true })).not.toContain('hunter');
    expect(JSON.stringify(tokens.grantOf('hunter2'))).not.toContain('hunter');
  });
});

describe('the scopes', () => {
  const API_TOKENS = 'r:meetings:read,w:meetings:write,j:meetings:join';
  const claims = { namespace: 'default', name: 'm', uid: 'uid-1', attempt: 1 };

  it.each([
    ['r', { list: 200, get: 200, create: 403, patch: 403, delete: 403, status: 403, join: 403 }],
    ['j', { list: 403, get: 403, create: 403, patch: 403, delete: 403, status: 403, join: 202 }],
    ['w', { list: 200, get: 200, create: 201, patch: 200, delete: 200, status: 403, join: 202 }],
    // status:write of one Meeting, and of attempt 1, which this Meeting has not had.
    ['recorder', { list: 403, get: 200, create: 403, patch: 403, delete: 403, status: 422, join: 403 }],
    ['recorder of another', { list: 403, get: 403, create: 403, patch: 403, delete: 403, status: 403, join: 403 }],
  ])('of %s open exactly %j', async (who, expected) => {
    const api = new ApiUnderTest({ API_TOKENS });
    await api.post(MEETINGS, meeting, bearer('w'));
    const tokens: Record<string, string> = {
      recorder: issueRecorderToken(recorderTokenKey, claims),
      'recorder of another': issueRecorderToken(recorderTokenKey, { ...claims, name: 'other' }),
    };
    const headers = bearer(tokens[who] ?? who);
    const join = { bearerToken: 'x', url: meetUrl, name: 'n', teamId: 't', timezone: 'UTC', userId: 'u', botId: 'b' };

    const statuses = {
      list: (await api.get(MEETINGS, headers)).status,
      get: (await api.get(`${MEETINGS}/m`, headers)).status,
      create: (await api.post(MEETINGS, { ...meeting, metadata: { name: 'n' } }, headers)).status,
      patch: (await api.patch(`${MEETINGS}/m`, { spec: { maxAttempts: 5 } }, undefined, headers)).status,
      status: (await api.patch(`${MEETINGS}/m/status`, { status: { recorder: {} } }, undefined, headers)).status,
      join: (await api.post('/google/join', join, headers)).status,
      delete: (await api.app.inject({ method: 'DELETE', url: `${MEETINGS}/m`, headers })).statusCode,
    };

    expect(statuses).toEqual(expected);
  });
});

describe('tokens in a file', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'tokens-'));
  });
  afterEach(() => rm(folder, { recursive: true }));

  const open = async (text: string, log: Logger = silentLogger) => {
    const file = join(folder, 'tokens');
    await writeFile(file, text);
    return TokensFile.open({
      file,
      others: { current: new ApiTokens('fixed:read') },
      clock: systemClock,
      log,
      interval: 10,
    });
  };
  /** As a mounted secret changes: at once. */
  const replace = async (text: string) => {
    await writeFile(join(folder, 'next'), text);
    await rename(join(folder, 'next'), join(folder, 'tokens'));
  };

  it('are rotated without a restart: new beside old, then new alone', async () => {
    const tokens = await open('old:read\n');
    const api = new ApiUnderTest({}, { tokens });
    const statuses = async () => {
      const answers = [];
      for (const token of ['old', 'new', 'fixed']) answers.push((await api.get(MEETINGS, bearer(token))).status);
      return answers;
    };
    const seen = [await statuses()];

    for (const text of ['old:read\nnew:read@default\n', 'new:read']) {
      await replace(text);
      await tokens.refresh();
      seen.push(await statuses());
    }

    expect(seen).toEqual([
      [200, 401, 200],
      [200, 200, 200],
      [401, 200, 200],
    ]);
  });

  it.each(['', '# none', 'hunter2', 'hunter2:owner'])(
    'that become %j stay as they were, and are not repeated',
    async (text) => {
      const lines: object[] = [];
      const log = { ...silentLogger, error: (fields: object) => lines.push(fields) };
      const tokens = await open('old:read', log);

      await replace(text);
      await tokens.refresh();

      expect(tokens.current.grantOf('old')).toBeDefined();
      expect(lines).toHaveLength(1);
      expect(JSON.stringify(lines)).not.toContain('hunter');
    },
  );

  it('that are away stay as they were', async () => {
    const tokens = await open('old:read');

    await rm(join(folder, 'tokens'));
    await tokens.refresh();

    expect(tokens.current.grantOf('old')).toBeDefined();
  });

  it('are looked at again by themselves', async () => {
    const tokens = await open('old:read');
    const ending = new AbortController();
    const running = tokens.run(ending.signal);

    await replace('new:read');
    while (tokens.current.grantOf('new') === undefined) await systemClock.sleep(5);

    ending.abort();
    await running;
  });

  it('must be there at the start', async () => {
    await expect(open('')).rejects.toThrow('settings: API_TOKENS_FILE: expected at least one token');
    const options = {
      others: { current: new ApiTokens(undefined) },
      clock: systemClock,
      log: silentLogger,
      interval: 10,
    };
    await expect(TokensFile.open({ ...options, file: join(folder, 'none') })).rejects.toThrow(
      /API_TOKENS_FILE: ENOENT/,
    );
  });
});
