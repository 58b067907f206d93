import type { Done } from './next-act.ts';
import { parametersOf } from './url-parameters.ts';

/** How long a passcode may be asked for that we do not have, in milliseconds. */
const ASKED_MS = 3000;
/** How long the question may stay after ours was sent: a busy client takes its time to hide it. */
const ASKED_AGAIN_MS = 20_000;

/** The passcode in an address. @param names - of the parameter that it is, the likelier first */
export function passcodeIn(url: URL, names: readonly string[]): string | undefined {
  const values = parametersOf(url).flatMap((parameters) => names.map((name) => parameters.get(name)));
  return values.find((value) => value !== null && value !== '') ?? undefined;
}

/**
 * Why the passcode that is asked for cannot be given; undefined: it can, or may yet be. Not every platform says that one
 * was wrong: Jitsi only asks again, in the same words.
 * @param past.askedSince - since when the field for it is seen without a break, monotonic; undefined: it is not
 */
export function passcodeFault(past: {
  readonly askedSince: number | undefined;
  readonly hasPasscode: boolean;
  readonly done: Done;
  readonly now: number;
}): string | undefined {
  const { askedSince, hasPasscode, done, now } = past;
  if (askedSince === undefined) return undefined;
  if (!hasPasscode) {
    return now - askedSince < ASKED_MS
      ? undefined
      : 'the meeting asks for a passcode, and neither url nor spec.passcode has one';
  }
  const typedAt = done.get('passcode')?.at;
  if (typedAt === undefined) return undefined;
  const sentAt = [...done].flatMap(([key, { at }]) => (key.startsWith('join ') && at > typedAt ? [at] : []));
  const waitedMs = now - Math.max(askedSince, Math.min(...sentAt));
  return sentAt.length > 0 && waitedMs >= ASKED_AGAIN_MS
    ? `the meeting goes on asking for its passcode ${ASKED_AGAIN_MS / 1000} s after ours was sent`
    : undefined;
}
