import {
  ProfileError,
  type RecorderSettings,
  readSignedInProfile,
  SecretError,
  type SignedInProfile,
} from '@meetingbot/crds-schema';
import { readSecret } from './secret-reader.ts';

/** A signed-in account, or why it can't be used: then we join as a guest, and say so. */
export type SessionIdentity = { readonly name: string } & (
  | { readonly profile: SignedInProfile }
  | { readonly problem: string }
);

/** Tries to read a profile, and the wait between two. Milliseconds. */
const TRIES = 3;
const PAUSE_MS = 2000;

/**
 * The identity that this attempt holds, with its profile; undefined: we are a guest. Never throws: a profile that can't be
 * had is no reason to miss the meeting.
 */
export async function sessionIdentity(
  { MEETING_IDENTITY: name, MEETING_IDENTITY_SECRET: place }: RecorderSettingsOfIdentity,
  { sleep, read = readSecret }: { sleep: (ms: number) => Promise<void>; read?: typeof readSecret },
): Promise<SessionIdentity | undefined> {
  if (name === undefined || place === undefined) return undefined;
  for (let tries = 1; ; tries++) {
    try {
      return { name, profile: readSignedInProfile(await read(place)) };
    } catch (error) {
      const isKnown = error instanceof ProfileError || error instanceof SecretError;
      const problem = isKnown ? error.message : 'an internal error';
      // What is wrong with a profile does not mend itself.
      if (error instanceof ProfileError || tries === TRIES) return { name, problem: `its profile: ${problem}` };
      await sleep(PAUSE_MS);
    }
  }
}

type RecorderSettingsOfIdentity = Pick<RecorderSettings, 'MEETING_IDENTITY' | 'MEETING_IDENTITY_SECRET'>;
