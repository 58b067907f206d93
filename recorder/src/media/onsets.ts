/** A signal sampled at known times, for example the brightness of each picture or the loudness of each millisecond. */
export interface Signal {
  /** Seconds; ascending. */
  readonly times: ArrayLike<number>;
  readonly values: ArrayLike<number>;
}

export interface OnsetOptions {
  /** Where between quiet and full the line is drawn, 0 to 1. */
  readonly level: number;
  /** How long the signal must have been below the line before it counts as a new onset, in seconds. */
  readonly quietSeconds: number;
  /** Difference between quiet and full below which there is nothing to find, in the signal's unit. */
  readonly least: number;
}

/** The times at which the signal rises over the line after a quiet stretch; the first sample above it, not interpolated. */
export function onsets(signal: Signal, options: OnsetOptions): number[] {
  const { times, values } = signal;
  const sorted = Float64Array.from(values).sort();
  const quiet = sorted[Math.floor(sorted.length * 0.2)] ?? 0;
  const full = sorted[Math.floor(sorted.length * 0.99)] ?? 0;
  if (full - quiet < options.least) return [];
  const line = quiet + (full - quiet) * options.level;

  const found: number[] = [];
  let quietSince: number | undefined;
  for (let i = 0; i < values.length; i++) {
    const time = times[i] ?? 0;
    if ((values[i] ?? 0) <= line) {
      quietSince ??= time;
    } else {
      if (quietSince !== undefined && time - quietSince >= options.quietSeconds) found.push(time);
      quietSince = undefined;
    }
  }
  return found;
}
