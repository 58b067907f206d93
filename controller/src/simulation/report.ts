import { type Failure, type HistoryName, replay, SAME_END, shrink } from './explore.ts';

const LINES = 30;

/** The command that runs one history again. */
export function replayCommand({ seed, mode, single }: HistoryName, bad: string | undefined): string {
  const fault = single === undefined ? '' : ` --fault ${single.write}:${single.fault}`;
  return `npm run simulate -- --replay ${seed} --mode ${mode}${fault}${bad === undefined ? '' : ` --bad ${bad}`}`;
}

/** A failure for people: what was violated, which faults it needs, the last lines before it, how to see it again. */
export async function reportFailure(failure: Failure): Promise<string> {
  const { bad, invariant, what } = failure;
  const head = [`violated: ${invariant}`, `  ${what}`, `seed:     ${failure.seed} (${failure.mode})`];
  // A difference is no violation of its own: there is nothing to leave out.
  const { needed, history } =
    invariant === SAME_END
      ? { needed: undefined, history: await replay(failure, bad, new Set()) }
      : await shrink(failure, bad);
  return [
    ...head,
    `faults:   ${(needed ?? history.fired).join(', ') || 'none'}`,
    ...history.trace.slice(-LINES).map((line) => `  ${line}`),
    `replay:   ${replayCommand(failure, bad)}`,
  ].join('\n');
}
