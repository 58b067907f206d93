import { type Failure, type HistoryName, shrink } from './explore.ts';

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
  const { needed, history } = await shrink(failure, bad);
  return [
    ...head,
    `faults:   ${needed.length === 0 ? 'none' : needed.join(', ')}`,
    ...history.trace.slice(-LINES).map((line) => `  ${line}`),
    `replay:   ${replayCommand(failure, bad)}`,
  ].join('\n');
}
