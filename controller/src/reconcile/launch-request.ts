import { createHash } from 'node:crypto';
import type { Attempt, Meeting } from '@meetingbot/crds-schema';
import { ControllerError } from '../errors.ts';
import type { LaunchRequest } from '../ports.ts';

export interface LaunchRequestOptions {
  /** Names this installation among others in the same cluster: 8 hex digits. */
  installation: string;
  /** Settings that every recorder gets. */
  environment: Record<string, string>;
  /** Where the profile of a signed-in identity lies. @default nowhere: there is none */
  secretOf?(identity: string): string | undefined;
  /** The token that opens this Meeting's status for this attempt; the same for the same input. */
  tokenOf(meeting: Meeting, attempt: number): string;
}

/** Whose task it is, in RunTask's `startedBy`: readable, at most 128 characters of letters, digits, `-` and `/`. */
export function startedBy(installation: string, uid: string, attempt: number): string {
  return `meetingbot/${installation}/${uid}/${attempt}`;
}

/** The opposite of {@link startedBy}; undefined when the task is not of this installation. */
export function parseStartedBy(installation: string, text: string): { uid: string; attempt: number } | undefined {
  const [app, place, uid, attempt] = text.split('/');
  if (app !== 'meetingbot' || place !== installation || uid === undefined || !/^\d+$/.test(attempt ?? '')) {
    return undefined;
  }
  return { uid, attempt: Number(attempt) };
}

/**
 * RunTask's request for an attempt: the same Meeting and attempt always give the same request.
 * @throws ControllerError `Misconfigured` when the attempt's identity is in no setting any more
 */
export function launchRequest(meeting: Meeting, attempt: Attempt, options: LaunchRequestOptions): LaunchRequest {
  const { namespace, name, uid } = meeting.metadata;
  if (attempt.taskDefinition === undefined)
    throw new Error(`${name}: attempt ${attempt.number} pins no task definition`);
  return {
    taskDefinition: attempt.taskDefinition,
    // Hashed, as a token may have 64 characters only; 24 hours and one cluster are its scope.
    clientToken: createHash('sha256').update(`${options.installation}#${uid}#${attempt.number}`).digest('hex'),
    startedBy: startedBy(options.installation, uid, attempt.number),
    environment: {
      ...options.environment,
      MEETING_NAMESPACE: namespace,
      MEETING_NAME: name,
      MEETING_UID: uid,
      MEETING_ATTEMPT: String(attempt.number),
      MEETING_MODE: attempt.mode,
      ...identityEnvironment(attempt, options),
      MEETING_TOKEN: options.tokenOf(meeting, attempt.number),
    },
    tags: {
      'meetingbot.dev/namespace': namespace,
      'meetingbot.dev/name': name,
      'meetingbot.dev/attempt': String(attempt.number),
    },
  };
}

/** Where the profile lies, never what is in it: overrides are shown to whoever may describe tasks. */
function identityEnvironment({ identity }: Attempt, { secretOf }: LaunchRequestOptions): Record<string, string> {
  if (identity === undefined) return {};
  const secret = secretOf?.(identity);
  if (secret === undefined) {
    throw new ControllerError('Misconfigured', `setting BROWSER_IDENTITIES has no identity ${identity} any more`);
  }
  return { MEETING_IDENTITY: identity, MEETING_IDENTITY_SECRET: secret };
}
