import { TARGET } from './alert.ts';

/** The windows that burn rates are asked over. */
export const WINDOWS = ['5m', '30m', '1h', '2h', '6h', '1d', '3d', '30d'] as const;
export type Window = (typeof WINDOWS)[number];

/** An objective: the share of events that may be bad, and what counts. */
export interface Objective {
  /** Part of the names of its recording rules. */
  name: string;
  /** What people are promised. */
  promise: string;
  /** Share of events that may be bad within 30 days. */
  budget: number;
  /** Bad events, and all, over a window: expressions by {@link TARGET}. */
  bad(window: string): string;
  all(window: string): string;
}

const admitted = (results: string, window: string) =>
  `sum by (${TARGET}) (increase(meetingbot_admitted_meetings_ended_total{result=~"${results}"}[${window}]))`;
const door = (what: string, window: string) =>
  `sum by (${TARGET}) (increase(meetingbot_door_latency_seconds_${what}[${window}]))`;

export const RECORDINGS: Objective = {
  name: 'recordings',
  promise: 'a meeting that we were admitted to has a whole recording and a delivered webhook',
  budget: 0.01,
  bad: (window) => admitted('partial|lost|untold', window),
  all: (window) => admitted('whole|partial|lost|untold', window),
};

export const JOINS: Objective = {
  name: 'joins',
  promise: 'three minutes after a meeting was due we are in it, or in its lobby',
  budget: 0.05,
  bad: (window) => `${door('count', window)} - ${door('bucket{le="180"}', window)}`,
  all: (window) => door('count', window),
};

export const OBJECTIVES = [RECORDINGS, JOINS] as const;

/** Name of the recorded share of bad events. */
export function ratioName({ name }: Objective, window: Window): string {
  return `environment_job:meetingbot_${name}_bad:ratio_increase${window}`;
}

/**
 * Multi-window burn-rate alert (Google SRE Workbook, chapter 5, and kubernetes-mixin): the long window says that it
 * matters, the short one that it still goes on. One bad event alone does not burn a budget: with few meetings an hour
 * its share would always be large, and it has an alert of its own.
 */
export function burns(
  objective: Objective,
  windows: readonly { long: Window; short: Window; factor: number }[],
): string {
  return windows
    .map(({ long, short, factor }) => {
      const limit = Number((factor * objective.budget).toFixed(6));
      return [
        `(${ratioName(objective, long)} > ${limit}`,
        `and ${ratioName(objective, short)} > ${limit}`,
        `and (${objective.bad(long)}) > 1.5)`,
      ].join('\n  ');
    })
    .join('\nor\n');
}

export const FAST = [
  { long: '1h', short: '5m', factor: 14.4 },
  { long: '6h', short: '30m', factor: 6 },
] as const;
export const SLOW = [
  { long: '1d', short: '2h', factor: 3 },
  { long: '3d', short: '6h', factor: 1 },
] as const;
