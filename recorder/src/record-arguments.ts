import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import {
  type CompleteMeetingSpec,
  completeSpec,
  parseMeetingUrl,
  platformOfUrl,
  readSignedInProfile,
  type SignedInProfile,
} from '@meetingbot/crds-schema';
import { parse } from 'yaml';

export const USAGE =
  'npm run record -- URL [--out file.mp4] [--seconds n] [--join join.yaml] [--name "Meeting Recorder"] [--profile profile.json]';

export interface RecordArguments {
  readonly spec: CompleteMeetingSpec;
  /** Absolute. */
  readonly out: string;
  /** Of a signed-in browser, as npm run sign-in makes it; undefined: a guest. */
  readonly profile: SignedInProfile | undefined;
}

/** The command line is wrong; the message is one line for people. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

const OPTIONS = {
  out: { type: 'string' },
  seconds: { type: 'string' },
  join: { type: 'string' },
  name: { type: 'string' },
  profile: { type: 'string' },
} as const;

/**
 * Reads the command line of `npm run record`.
 * @param now - for the name of the file, where none is given
 * @throws UsageError
 */
export async function readRecordArguments(args: readonly string[], now: Date): Promise<RecordArguments> {
  const { values, positionals } = parsed(args);
  const [url, ...more] = positionals;
  if (url === undefined || more.length > 0) throw new UsageError(`expected one URL: ${USAGE}`);
  if (parseMeetingUrl(url) === undefined) {
    throw new UsageError(`${url}: expected an absolute http or https URL, as https://meet.example.com/room`);
  }
  const join = values.join === undefined ? undefined : await readJoin(values.join);
  const platform = join === undefined ? (platformOfUrl(url) ?? 'web') : 'web';
  const { spec, causes } = completeSpec({
    ...{ url, platform },
    ...(join === undefined ? {} : { join }),
    ...(values.name === undefined ? {} : { displayName: values.name }),
    ...(values.seconds === undefined ? {} : { leave: { maxSeconds: Number(values.seconds) } }),
  });
  if (spec === undefined) {
    throw new UsageError(causes.map(({ field, message }) => `${optionOf(field)}: ${message}`).join('; '));
  }
  const stamp = now.toISOString().slice(0, 19).replaceAll(':', '-');
  const profile = values.profile === undefined ? undefined : await readProfile(values.profile);
  return { spec, profile, out: resolve(values.out ?? `recording-${stamp}.mp4`) };
}

function parsed(args: readonly string[]) {
  try {
    return parseArgs({ args: [...args], options: OPTIONS, allowPositionals: true });
  } catch (error) {
    throw new UsageError(`${error instanceof Error ? error.message : String(error)}: ${USAGE}`);
  }
}

async function readJoin(file: string): Promise<unknown> {
  try {
    const document: unknown = parse(await readFile(file, 'utf8'));
    // The steps alone, or a Meeting that has them.
    const { spec, join = spec?.join } = document as { join?: unknown; spec?: { join?: unknown } };
    return join ?? document;
  } catch (error) {
    throw new UsageError(`--join ${file}: ${error instanceof Error ? error.message : String(error)}`);
  }
}

async function readProfile(file: string): Promise<SignedInProfile> {
  try {
    return readSignedInProfile(await readFile(file, 'utf8'));
  } catch (error) {
    throw new UsageError(`--profile ${file}: ${(error as Error).message}`);
  }
}

function optionOf(field: string): string {
  return field
    .replace('spec.leave.maxSeconds', '--seconds')
    .replace('spec.join', '--join')
    .replace('spec.displayName', '--name');
}
