import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { MAX_PROFILE_BYTES, type SignedInProfile } from '@meetingbot/crds-schema';
import puppeteer from 'puppeteer';
import { readLocalStorage } from '../browser/index.ts';
import { type ProcessDeps, startChild } from '../process/index.ts';
import { isOfSite, type SignInSite } from './sign-in-sites.ts';

/** Preferences' value for "continue where you left off": cookies without a date outlive the browser then, too. */
const RESTORE_LAST_SESSION = 1;

export interface SignInOptions {
  readonly site: SignInSite;
  /** CHROMIUM_PATH */
  readonly program: string;
  readonly extraArgs: readonly string[];
  /** Its own, and removed by the caller: whoever has it is signed in. */
  readonly workDir: string;
  /** Without the sandbox: where there can be none. */
  readonly noSandbox: boolean;
  /** The browser is there. */
  readonly onOpened?: (pid: number) => void;
}

/** There is no profile to keep. */
export class SignInError extends Error {
  override readonly name = 'SignInError';
}

/**
 * Lets a person sign in, in an ordinary browser that nothing drives, and reads its memory once it is closed.
 * @param deps.env - has a display that the person sees
 * @returns the profile, and what was left out since a secret holds 64 KB
 * @throws SignInError
 */
export async function signIn(
  options: SignInOptions,
  deps: ProcessDeps,
): Promise<{ profile: SignedInProfile; leftOut: readonly string[] }> {
  const { site, program, workDir, onOpened } = options;
  const profileDir = join(workDir, 'profile');
  await mkdir(join(profileDir, 'Default'), { recursive: true, mode: 0o700 });
  const preferences = { session: { restore_on_startup: RESTORE_LAST_SESSION } };
  await writeFile(join(profileDir, 'Default', 'Preferences'), JSON.stringify(preferences));
  const person = await startChild({ program, args: [...flags(options, profileDir), site.url] }, deps);
  onOpened?.(person.pid);
  await person.exited;
  const found = await readMemory(options, profileDir, deps);
  if (found.cookies.length === 0) {
    throw new SignInError(`nothing to keep: the browser has no cookie of ${site.domains.join(', ')}`);
  }
  return fitting(found);
}

/** The same for the person's browser and for the one that reads: cookies are kept in the same way. */
function flags({ extraArgs, noSandbox }: SignInOptions, profileDir: string): string[] {
  return [
    ...[`--user-data-dir=${profileDir}`, '--password-store=basic', '--no-first-run', '--no-default-browser-check'],
    ...(noSandbox ? ['--no-sandbox', '--test-type'] : []),
    ...extraArgs,
  ];
}

async function readMemory(
  options: SignInOptions,
  profileDir: string,
  { clock, env }: ProcessDeps,
): Promise<SignedInProfile> {
  const { program, site } = options;
  // Nothing is asked of the network: signing in is the person's alone.
  const offline = ['--host-resolver-rules=MAP * ~NOTFOUND', '--proxy-server=direct://'];
  const browser = await puppeteer.launch({
    executablePath: program,
    headless: true,
    env: { ...env },
    pipe: true,
    args: [...flags(options, profileDir), ...offline],
  });
  try {
    const cookies = (await browser.cookies()).filter(({ domain }) => isOfSite(domain, site));
    const localStorage = await readLocalStorage(await browser.newPage(), site.origins, clock);
    return { cookies: cookies.map(kept), localStorage };
  } finally {
    await browser.close();
  }
}

type Cookie = SignedInProfile['cookies'][number];

/** What can be put back. */
function kept(cookie: object): Cookie {
  const { name, value, domain, path, expires, httpOnly, secure, sameSite, priority, sourceScheme, partitionKey } =
    cookie as Cookie;
  const all = { name, value, domain, path, expires, httpOnly, secure, sameSite, priority, sourceScheme, partitionKey };
  return Object.fromEntries(Object.entries(all).filter(([, part]) => part !== undefined)) as Cookie;
}

/** Cookies are what signs in: where all of it is too much for a secret, the largest local storage goes first. */
function fitting({ cookies, localStorage = {} }: SignedInProfile): {
  profile: SignedInProfile;
  leftOut: readonly string[];
} {
  const stores = Object.entries(localStorage).sort(([, a], [, b]) => bytesOf(a) - bytesOf(b));
  const leftOut: string[] = [];
  for (;;) {
    const profile = { cookies, ...(stores.length === 0 ? {} : { localStorage: Object.fromEntries(stores) }) };
    const bytes = bytesOf(profile);
    if (bytes <= MAX_PROFILE_BYTES) return { profile, leftOut };
    const largest = stores.pop();
    if (largest === undefined) {
      throw new SignInError(`the cookies alone have ${bytes} bytes, and a secret holds ${MAX_PROFILE_BYTES}`);
    }
    leftOut.push(`local storage of ${largest[0]}`);
  }
}

const bytesOf = (value: object): number => Buffer.byteLength(JSON.stringify(value));
