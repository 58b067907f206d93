import { expect, it } from 'vitest';
import { childEnvironment } from './environment.ts';

it('passes on what programs need and nothing that opens anything', () => {
  const env = childEnvironment(
    {
      PATH: '/usr/bin',
      TZ: 'Europe/Berlin',
      MEETING_TOKEN: 't',
      S3_SECRET_ACCESS_KEY: 's',
      AWS_CONTAINER_CREDENTIALS_RELATIVE_URI: '/v2/x',
      AWS_SESSION_TOKEN: 'a',
      NODE_OPTIONS: '--inspect',
    },
    '/work',
  );
  expect(env).toEqual({ PATH: '/usr/bin', TZ: 'Europe/Berlin', LANG: 'C.UTF-8', HOME: '/work' });
});
