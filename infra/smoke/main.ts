import { parseArgs } from 'node:util';
import { smoke } from './smoke.ts';

/**
 * `npm run smoke`: one recording through a deployed API, from the write to the webhook. Exit code 0 only when all holds.
 *
 *     --url URL         of the API, as https://meeting-bot.internal.example.com (required)
 *     --token TOKEN     of scope write; default the variable SMOKE_TOKEN, which no list of processes shows
 *     --meeting URL     what to record; default https://example.com/, which WEB_HOSTS must allow
 *     --seconds 20      how much of it
 *     --timeout 600     seconds for all of it
 *     --namespace NAME  default smoke
 *     --no-webhook      where none is sent
 *     --keep            leave Meeting and recording
 */
const { values } = parseArgs({
  options: {
    url: { type: 'string' },
    token: { type: 'string', default: process.env['SMOKE_TOKEN'] ?? '' },
    meeting: { type: 'string', default: 'https://example.com/' },
    seconds: { type: 'string', default: '20' },
    timeout: { type: 'string', default: '600' },
    namespace: { type: 'string', default: 'smoke' },
    'no-webhook': { type: 'boolean', default: false },
    keep: { type: 'boolean', default: false },
  },
});

function number(name: 'seconds' | 'timeout'): number {
  const value = Number(values[name]);
  if (Number.isInteger(value) && value >= 5) return value;
  throw new Error(`--${name}: expected a whole number from 5, got ${values[name]}`);
}

try {
  if (values.url === undefined || !URL.canParse(values.url)) throw new Error('--url: expected the URL of the API');
  const checks = await smoke({
    url: values.url.replace(/\/$/, ''),
    namespace: values.namespace,
    ...(values.token === '' ? {} : { token: values.token }),
    meeting: values.meeting,
    seconds: number('seconds'),
    timeout: number('timeout'),
    noWebhook: values['no-webhook'],
    keep: values.keep,
    say: (line) => console.log(line),
  });
  const failed = checks.filter(({ holds }) => !holds);
  console.log(failed.length === 0 ? 'sound' : `${failed.length} of ${checks.length} checks failed`);
  process.exit(failed.length === 0 ? 0 : 1);
} catch (error) {
  console.error(`smoke: ${(error as Error).message}`);
  process.exit(1);
}
