import type { Scenario } from '../scenarios/scenario.ts';

/** A take costs and lasts more than all else that happens. */
const TAKE_SECONDS = 20;

/**
 * Recordings and refusals by turns, so that refusals wait while recordings use the machine, the longest of both first, so that
 * none is left alone at the end.
 */
export function runningOrder<T extends Scenario>(scenarios: readonly T[]): readonly T[] {
  const { recorded = [], refused = [] } = Object.groupBy(
    scenarios.toSorted((a, b) => lengthOf(b) - lengthOf(a)),
    ({ ends }) => (ends === undefined ? 'refused' : 'recorded'),
  );
  const share = (index: number) => Math.round((index * refused.length) / recorded.length);
  const turns = recorded.flatMap((each, i) => [each, ...refused.slice(share(i), share(i + 1))]);
  return recorded.length === 0 ? refused : turns;
}

/** Roughly how long it takes, in seconds, by what it waits for. */
function lengthOf({ ends, takes = 1, cues = [], spec }: Scenario): number {
  const limits = Object.values(spec?.leave ?? {}).filter((value) => typeof value === 'number');
  const waits = [...cues.map(({ seconds }) => seconds), ...limits];
  return (ends === undefined ? 0 : takes * TAKE_SECONDS) + waits.reduce((sum, seconds) => sum + seconds, 0);
}
