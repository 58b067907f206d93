import { randomUUID } from 'node:crypto';
import { rename, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { PLATFORMS, type Platform, parseMeetingUrl, silentLogger, systemClock } from '@meetingbot/crds-schema';
import { shellWords } from './browser/index.ts';
import { createWorkDir } from './process/index.ts';
import { UsageError } from './record-arguments.ts';
import { childEnvironment } from './session/environment.ts';
import { SignInError, signIn } from './sign-in/sign-in.ts';
import { type SignInSite, signInSite } from './sign-in/sign-in-sites.ts';

/**
 * `npm run sign-in -- --platform google-meet --out FILE`: opens the recorder's browser for a person to sign in, and writes
 * what makes it signed in to FILE once it is closed: the secret of an identity.
 */
const USAGE = `npm run sign-in -- --platform ${PLATFORMS.join('|')} --out FILE [--url URL]`;

function readArguments(args: readonly string[]): { site: SignInSite; out: string } {
  const options = { platform: { type: 'string' }, out: { type: 'string' }, url: { type: 'string' } } as const;
  const { values } = (() => {
    try {
      return parseArgs({ args: [...args], options });
    } catch (error) {
      throw new UsageError(`${(error as Error).message}: ${USAGE}`);
    }
  })();
  const { platform, out, url } = values;
  if (platform === undefined || !(PLATFORMS as readonly string[]).includes(platform)) {
    throw new UsageError(`--platform: expected one of ${PLATFORMS.join(', ')}: ${USAGE}`);
  }
  if (out === undefined) throw new UsageError(`--out: expected a file: ${USAGE}`);
  if (url !== undefined && parseMeetingUrl(url) === undefined) {
    throw new UsageError('--url: expected an absolute http or https URL');
  }
  const site = signInSite(platform as Platform, url);
  if (site === undefined) throw new UsageError(`--url: required for ${platform}: where one signs in`);
  return { site, out: resolve(out) };
}

/** How the person's display is reached; nothing else of our environment is the browser's business. */
function desktopOf({ XAUTHORITY, HOME = '/' }: NodeJS.ProcessEnv, DISPLAY: string): Record<string, string> {
  return { DISPLAY, XAUTHORITY: XAUTHORITY ?? join(HOME, '.Xauthority') };
}

async function main(): Promise<void> {
  const { site, out } = readArguments(process.argv.slice(2));
  const { CHROMIUM_PATH: program = '/usr/bin/chromium', CHROME_EXTRA_ARGS = '', DISPLAY } = process.env;
  if (DISPLAY === undefined) throw new UsageError('DISPLAY: a person has to see the browser: start it on a desktop');
  const workDir = await createWorkDir(tmpdir());
  try {
    process.stdout.write(
      'sign in, as the account that recorders shall have, wait half a minute, then close the browser\n',
    );
    const env = { ...childEnvironment(process.env, workDir.path), ...desktopOf(process.env, DISPLAY) };
    const { profile, leftOut } = await signIn(
      {
        ...{ site, program, extraArgs: shellWords(CHROME_EXTRA_ARGS), workDir: workDir.path },
        noSandbox: process.getuid?.() === 0,
      },
      { clock: systemClock, logger: silentLogger, env },
    );
    // Its mode from the start, and whole or not at all.
    const made = `${out}.${randomUUID()}`;
    await writeFile(made, JSON.stringify(profile), { mode: 0o600, flag: 'wx' });
    await rename(made, out);
    for (const what of leftOut) process.stdout.write(`left out, a secret holds no more: ${what}\n`);
    process.stdout.write(
      `${out}: ${profile.cookies.length} cookies. Whoever has it is signed in: keep it as a password\n`,
    );
  } finally {
    await workDir.remove();
  }
}

try {
  await main();
} catch (error) {
  if (!(error instanceof UsageError || error instanceof SignInError)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exit(64);
}
