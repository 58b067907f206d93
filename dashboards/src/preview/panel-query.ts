/** What of a panel a query needs: taken from the generated JSON, so that what is shown is what Grafana would ask. */
export interface ShownPanel {
  type: 'row' | 'stat' | 'timeseries';
  title: string;
  description: string;
  gridPos: { w: number; h: number };
  fieldConfig: {
    defaults: {
      unit?: string;
      max?: number;
      /** Names of values. */
      mappings?: { options: Record<string, { text?: string }> }[];
      thresholds?: { steps: { value: number | null; color: string }[] };
    };
  };
  targets: { expr: string; legendFormat?: string; refId: string }[];
}

export interface ShownDashboard {
  title: string;
  description: string;
  panels: ShownPanel[];
  annotations?: { list?: { name: string; expr?: string }[] };
}

export interface Times {
  /** Seconds since the epoch. */
  from: number;
  to: number;
  /** Seconds between two points. */
  step: number;
  /** What `$__rate_interval` is, seconds: at least four scrapes. */
  rateInterval: number;
}

/** A query with Grafana's variables filled in; all of everything is chosen. */
export function filledIn(
  expr: string,
  { from, to, rateInterval }: Pick<Times, 'from' | 'to' | 'rateInterval'>,
): string {
  return expr
    .replaceAll('$__rate_interval', `${rateInterval}s`)
    .replaceAll('$__range', `${Math.max(1, Math.ceil(to - from))}s`)
    .replaceAll(/\$(environment|job|instance|namespace|platform|slot)\b/g, '.+');
}

export interface ResultSeries {
  metric: Record<string, string>;
  /** Time in seconds, and the value as text. */
  values: [number, string][];
}

/**
 * Asks a Prometheus.
 * @throws Error with what Prometheus says of the query
 */
export async function ask(
  url: string,
  expr: string,
  times: Times,
  kind: 'stat' | 'timeseries',
): Promise<ResultSeries[]> {
  const query = filledIn(expr, times);
  const body = new URLSearchParams(
    kind === 'stat'
      ? { query, time: String(times.to) }
      : { query, start: String(times.from), end: String(times.to), step: String(times.step) },
  );
  const path = kind === 'stat' ? 'query' : 'query_range';
  const response = await fetch(`${url}/api/v1/${path}`, { method: 'POST', body, signal: AbortSignal.timeout(30_000) });
  const answer = (await response.json()) as {
    status: string;
    error?: string;
    data?: { resultType: string; result: (ResultSeries & { value?: [number, string] })[] };
  };
  if (answer.status !== 'success') throw new Error(`${query}: ${answer.error}`);
  return (answer.data?.result ?? []).map(({ metric, values, value }) => ({
    metric,
    values: values ?? (value === undefined ? [] : [value]),
  }));
}
