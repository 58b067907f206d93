import type { Platform, RecorderNotice } from '@meetingbot/crds-schema';
import type { MeetingEnd } from '../meeting/index.ts';
import { adviceFor } from '../platforms/index.ts';

/** No more of one part, so that the others have room in a condition's message. */
const MAX_SEEN = 300;

/**
 * What a Meeting's condition says of its end: first what the host can do about it, then what was seen, then what could
 * not be done as it was wanted, since that may be the cause.
 * @param signedInAs - name of the identity whose profile was in the browser
 */
export function endWords(
  { reason, message, advice }: MeetingEnd,
  platform: Platform,
  { notices, signedInAs }: { notices: readonly RecorderNotice[]; signedInAs: string | undefined },
): string {
  const isSignedOut = reason === 'SignInRequired' && signedInAs !== undefined;
  const help = isSignedOut
    ? `the profile of identity ${signedInAs} is not signed in any more: make it anew (npm run sign-in)`
    : (advice ?? adviceFor(reason, platform));
  if (help === undefined) return message;
  const also = notices.map((notice) => `; ${notice.message}`).join('');
  return `${help} (seen: ${message.slice(0, MAX_SEEN)})${also}`;
}
