import { expect, it } from 'vitest';
import { ApiUnderTest, MEETINGS, meetUrl } from './api/api-under-test.ts';
import { createLogger } from './log.ts';

it('writes one line a request, and no secret of it', async () => {
  const lines: string[] = [];
  const logger = createLogger('debug', { write: (line) => lines.push(line) });
  const api = new ApiUnderTest({ API_TOKENS: 'hidden-token:admin' }, { logger });
  const headers = { authorization: 'Bearer hidden-token' };

  await api.post(
    `${MEETINGS}?fieldManager=hidden-query`,
    { metadata: { name: 'm' }, spec: { url: `${meetUrl}?pwd=hidden-passcode` } },
    headers,
  );
  await api.post(
    '/google/join',
    { bearerToken: 'hidden-bearer', url: meetUrl, name: 'n', teamId: 't', timezone: 'UTC', userId: 'u', botId: 'b' },
    headers,
  );
  await api.get(MEETINGS, { authorization: 'Bearer hidden-wrong' });
  logger.info(
    {
      ...{ headers, bearerToken: 'hidden-1', body: { bearerToken: 'hidden-2', passcode: 'hidden-3' } },
      settings: { NOTIFY_WEBHOOK_SECRET: 'hidden-4', API_TOKENS: 'hidden-5', S3_SECRET_ACCESS_KEY: 'hidden-6' },
      launch: { environment: { MEETING_TOKEN: 'hidden-7' } },
    },
    'by mistake',
  );

  expect(lines.join('')).not.toContain('hidden');
  expect(lines.filter((line) => line.includes('"message":"request"'))).toHaveLength(3);
  expect(JSON.parse(lines[0] ?? '{}')).toMatchObject({
    level: 'debug',
    name: 'controller',
    time: expect.stringMatching(/^20.*Z$/),
    method: 'POST',
    namespace: 'default',
    status: 201,
  });
});
