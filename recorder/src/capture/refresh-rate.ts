import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import type { ProcessDeps } from '../process/index.ts';

const MODE = 'recording';
const OUTPUT = 'screen';
const ANSWER_MS = 5000;

export interface RefreshRate {
  /** Size of the screen in pixels. */
  readonly width: number;
  readonly height: number;
  /** Pictures a second. */
  readonly hertz: number;
  /** How the display is reached: `DISPLAY`, `XAUTHORITY`. */
  readonly env: Readonly<Record<string, string>>;
}

/** Pixels a second of a mode without margins, in MHz, as `xrandr --newmode` takes it. */
export function pixelClock({ width, height, hertz }: Omit<RefreshRate, 'env'>): string {
  return ((width * height * hertz) / 1e6).toFixed(6);
}

/**
 * Gives a virtual screen a refresh rate. Xvfb names none, and Chromium then draws 60 pictures a second of which the recording
 * takes 25; the rate of the screen's mode is the one it draws at (ui/base/x, x11_xrandr_interval_only_vsync_provider.cc).
 * Where it can't be set everything works, and costs more.
 */
export async function setRefreshRate({ width, height, hertz, env }: RefreshRate, deps: ProcessDeps): Promise<void> {
  const sizes = [width, width, width, width, height, height, height, height].map(String);
  try {
    // One thing a call: together they are refused.
    await xrandr(['--newmode', MODE, pixelClock({ width, height, hertz }), ...sizes]);
    await xrandr(['--addmode', OUTPUT, MODE]);
    await xrandr(['--output', OUTPUT, '--mode', MODE]);
  } catch (error) {
    deps.logger.warn(
      { error: String(error) },
      'the screen has no refresh rate: the browser draws more than is recorded',
    );
  }

  async function xrandr(args: readonly string[]): Promise<void> {
    await promisify(execFile)('xrandr', args, { env: { ...deps.env, ...env }, timeout: ANSWER_MS });
  }
}
