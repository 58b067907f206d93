import {
  MappingType,
  ThresholdsConfigBuilder,
  ThresholdsMode,
  type ValueMap,
} from '@grafana/grafana-foundation-sdk/dashboard';
import { DataqueryBuilder } from '@grafana/grafana-foundation-sdk/prometheus';
import { PanelBuilder as StatBuilder } from '@grafana/grafana-foundation-sdk/stat';
import { PanelBuilder as TimeseriesBuilder } from '@grafana/grafana-foundation-sdk/timeseries';

/** What every query of a metric is narrowed to by the dashboard's variables. */
export const SELECTOR = 'environment=~"$environment",job=~"$job",instance=~"$instance"';
/** Likewise for what rules have recorded: without the replica. */
export const RECORDED = 'environment=~"$environment",job=~"$job"';

/** A metric, narrowed by the variables and more labels. */
export function metric(name: string, labels = ''): string {
  return `${name}{${SELECTOR}${labels === '' ? '' : `,${labels}`}}`;
}

/** Events of a counter within the dashboard's time. */
export function within(name: string, labels = ''): string {
  return `increase(${metric(name, labels)}[$__range])`;
}

/** Events of a counter within the dashboard's time, summed by labels; whole ones, although Prometheus extrapolates. */
export function counted(name: string, by: string, labels = ''): string {
  return `round(sum by (${by}) (${within(name, labels)}))`;
}

/** Events a second. */
export function rate(name: string, labels = ''): string {
  return `rate(${metric(name, labels)}[$__rate_interval])`;
}

/** A quantile of a histogram, by some labels; what has no events is left out, as its quantile is no number. */
export function quantile(share: number, histogram: string, by = '', more = ''): string {
  const labels = by === '' ? 'le' : `le, ${by}`;
  return `histogram_quantile(${share}, sum by (${labels}) (${rate(`${histogram}_bucket`, more)})) >= 0`;
}

export interface Query {
  expr: string;
  legend?: string;
}

export interface PanelPlan {
  kind: 'stat' | 'series';
  title: string;
  /** What it shows, and what is good. */
  description: string;
  /** Grafana's name of the unit. */
  unit: string;
  queries: Query[];
  /** Value from which it is orange, and red; falling where red is below orange. */
  limits?: readonly [orange: number, red: number];
  /** What whole values are called, from 1. */
  names?: readonly string[];
  /** Of the 24 columns. @default 6 for a stat, 12 for a series */
  span?: number;
}

const DATASOURCE = { type: 'prometheus', uid: '$datasource' };

/** One panel, by Grafana's own builders. */
export function panelOf(plan: PanelPlan): StatBuilder | TimeseriesBuilder {
  const isStat = plan.kind === 'stat';
  const panel = isStat ? new StatBuilder() : new TimeseriesBuilder();
  panel
    .title(plan.title)
    .description(plan.description)
    .unit(plan.unit)
    .datasource(DATASOURCE)
    .span(plan.span ?? (isStat ? 6 : 12))
    .height(isStat ? 4 : 8);
  for (const [index, { expr, legend = '' }] of plan.queries.entries()) {
    const query = new DataqueryBuilder()
      .datasource(DATASOURCE)
      .refId(String.fromCharCode(65 + index))
      .expr(expr);
    panel.withTarget(isStat ? query.instant().legendFormat(legend) : query.range().legendFormat(legend));
  }
  if (plan.names !== undefined)
    panel
      .mappings([namesOf(plan.names)])
      .min(0)
      .max(plan.names.length);
  if (plan.limits !== undefined) panel.thresholds(thresholds(plan.limits));
  return panel;
}

function namesOf(names: readonly string[]): ValueMap {
  const options = names.map((text, index) => [String(index + 1), { text, index }] as const);
  return { type: MappingType.ValueToText, options: Object.fromEntries(options) };
}

function thresholds([orange, red]: readonly [number, number]): ThresholdsConfigBuilder {
  const isFalling = red < orange;
  const steps = isFalling
    ? [
        { value: null, color: 'red' },
        { value: red, color: 'orange' },
        { value: orange, color: 'green' },
      ]
    : [
        { value: null, color: 'green' },
        { value: orange, color: 'orange' },
        { value: red, color: 'red' },
      ];
  return new ThresholdsConfigBuilder().mode(ThresholdsMode.Absolute).steps(steps);
}
