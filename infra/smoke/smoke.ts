import { isTerminal, type Meeting, type MeetingInput } from '@meetingbot/crds-schema';
import { ApiClient } from '../local/demo/api-client.ts';

export interface SmokeOptions {
  /** Of the API, without a trailing slash. */
  url: string;
  namespace: string;
  /** Of scope write; absent: the API is open. */
  token?: string;
  /** The page to record. Without a known platform it is taken for a web page, and all of it is the call. */
  meeting: string;
  /** Seconds to record. */
  seconds: number;
  /** Seconds that all of it may take. */
  timeout: number;
  /** Do without the webhook: an installation that sends none. */
  noWebhook?: boolean;
  /** Leave Meeting and recording. */
  keep?: boolean;
  /** Says what has been seen. */
  say: (line: string) => void;
  /** Milliseconds between two looks. @default 1000 */
  pollMs?: number;
}

interface Check {
  what: string;
  holds: boolean;
  saw: string;
}

/**
 * One recording through a deployed API, from the write to the webhook's delivery.
 * @returns the checks, all of them; the installation is sound only if each holds
 * @throws Error when the API refuses or can't be reached
 */
export async function smoke(options: SmokeOptions): Promise<Check[]> {
  const { say } = options;
  const client = new ApiClient(options.url, options.namespace, options.token);
  const checks: Check[] = [];
  const check = (what: string, holds: boolean, saw: string) => {
    checks.push({ what, holds, saw });
    say(`${holds ? 'ok  ' : 'FAIL'}  ${what}: ${saw}`);
  };
  for (const probe of ['livez', 'readyz']) {
    const status = await client.statusOf(`/${probe}`);
    check(`/${probe}`, status === 200, String(status));
  }
  if (options.token !== undefined) {
    const status = await new ApiClient(options.url, options.namespace).statusOf();
    check('without a token', status === 401, String(status));
  }
  const created = await client.create(meetingOf(options));
  const name = created.metadata.name;
  say(`      ${created.metadata.namespace}/${name} written`);
  try {
    const ended = await follow(client, name, options);
    judge(ended, options, check);
  } finally {
    if (options.keep !== true) await client.delete(name);
  }
  return checks;
}

function meetingOf({ keep, meeting, seconds }: SmokeOptions): MeetingInput {
  const platform = /meet\.google\.com|teams\.(microsoft|live)\.com|zoom\.us/.test(meeting) ? undefined : 'web';
  return {
    metadata: { generateName: 'smoke-' },
    spec: {
      url: meeting,
      displayName: 'Meeting Bot smoke test',
      leave: { maxSeconds: seconds, lobbySeconds: 120 },
      maxAttempts: 1,
      // The recording goes with the Meeting: it is nobody's.
      deletionPolicy: keep === true ? 'Retain' : 'Delete',
      ...(platform === undefined ? {} : { platform, join: { steps: [], joined: 'body' } }),
    },
  };
}

/** The Meeting when it has ended, or when the time is up. */
async function follow(
  client: ApiClient,
  name: string,
  { pollMs = 1000, say, timeout }: SmokeOptions,
): Promise<Meeting> {
  const began = Date.now();
  let phase = '';
  for (;;) {
    const meeting = await client.get(name);
    if (meeting.status.phase !== phase) {
      phase = meeting.status.phase;
      say(`      ${((Date.now() - began) / 1000).toFixed(0).padStart(4)} s  ${phase}`);
    }
    if (isTerminal(phase as Meeting['status']['phase']) || Date.now() - began > timeout * 1000) return meeting;
    await new Promise((resolve) => setTimeout(resolve, pollMs));
  }
}

function judge(
  { status }: Meeting,
  options: SmokeOptions,
  check: (what: string, holds: boolean, saw: string) => void,
): void {
  const { outcome, phase, reason, message, recording, webhook } = status;
  const condition = (type: string) => {
    const found = status.conditions.find((one) => one.type === type);
    return {
      holds: found?.status === 'True',
      saw:
        found === undefined
          ? 'no such condition'
          : `${found.status} ${found.reason ?? ''} ${found.message ?? ''}`.trim(),
    };
  };
  check(
    'ended',
    phase === 'Completed' && outcome === 'Complete',
    [phase, outcome, reason, message].filter(Boolean).join(', '),
  );
  const uploaded = condition('Uploaded');
  check('uploaded and verified', uploaded.holds, recording?.url ?? uploaded.saw);
  check(
    'as long as it should be',
    Math.abs((recording?.durationSeconds ?? 0) - options.seconds) <= Math.max(3, options.seconds / 10),
    `${recording?.durationSeconds?.toFixed(1) ?? 0} s, ${recording?.sizeBytes ?? 0} bytes`,
  );
  if (options.noWebhook === true) return;
  const notified = condition('Notified');
  const delivered = webhook?.deliveredAt;
  const saw =
    delivered === undefined
      ? `${notified.saw}; last answer ${webhook?.lastStatusCode ?? 'none'}`
      : `delivered ${delivered}, answer ${webhook?.lastStatusCode}`;
  check('webhook taken by its receiver', notified.holds && delivered !== undefined, saw);
}
