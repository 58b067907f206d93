import type { DashboardName } from '../places.ts';

/**
 * `critical` wakes somebody: a recording is being lost, or would be · `warning` is for the next working day ·
 * `info` is shown, and sent to nobody.
 */
export const SEVERITIES = ['critical', 'warning', 'info'] as const;
export type Severity = (typeof SEVERITIES)[number];

/** Series by promtool's notation, one sample a {@link Pace}: `up{job="meetingbot"}` to `1x10`. */
export type Series = Record<string, string>;

/** Time between two samples, and between two looks, of an alert's tests: long situations take large steps. */
export const PACES = ['1m', '10m'] as const;
export type Pace = (typeof PACES)[number];

/** A situation of an alert's test. */
export interface Situation {
  series: Series;
  /** When the alert is looked at, as `15m`. */
  at: string;
}

export interface Alert {
  /** CamelCase; the name of its runbook, too. */
  name: string;
  severity: Severity;
  expr: string;
  /** How long the expression must hold, as `5m`; absent: at once. */
  for?: string;
  /** One line; `{{ $labels.x }}` is filled in. */
  summary: string;
  /** What it means, and for whom. */
  meaning: string;
  dashboard: DashboardName;
  /** Of its tests. @default 1m */
  pace?: Pace;
  /** A situation in which it fires, and the labels it then has beside `alertname` and `severity`. */
  fires: Situation & { labels: Record<string, string>[] };
  /** One that is like it and in which it does not. */
  silent: Situation;
}

/** Labels by which everything is told apart: where it runs, and as what. */
export const TARGET = 'environment, job';

/** Those labels in the tests of the alerts. */
export const TEST_TARGET = { environment: 'prod', job: 'meetingbot' };

/** Name and labels of a series of a test, of one replica. */
export function series(name: string, labels: Record<string, string> = {}): string {
  const all = { ...TEST_TARGET, instance: 'a:3000', ...labels };
  const list = Object.entries(all).map(([label, value]) => `${label}="${value}"`);
  return `${name}{${list.join(',')}}`;
}
