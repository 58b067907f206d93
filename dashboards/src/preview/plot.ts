import { LineChart } from 'echarts/charts';
import { GridComponent, LegendComponent, MarkLineComponent } from 'echarts/components';
import { init, use } from 'echarts/core';
import { SVGRenderer } from 'echarts/renderers';
import type { ResultSeries, ShownPanel, Times } from './panel-query.ts';
import { withUnit } from './units.ts';

use([LineChart, GridComponent, LegendComponent, MarkLineComponent, SVGRenderer]);

export interface NamedSeries extends ResultSeries {
  name: string;
}

/** A legend with its labels filled in, as Grafana does it. */
export function legendOf(format: string | undefined, metric: Record<string, string>): string {
  if (format === undefined || format === '') return 'value';
  return format.replace(/\{\{(\w+)\}\}/g, (_, label: string) => metric[label] ?? '');
}

/** Lines over time, as SVG. */
export function plot(panel: ShownPanel, series: NamedSeries[], times: Times, width: number): string {
  const { defaults } = panel.fieldConfig;
  const limits = (defaults.thresholds?.steps ?? []).filter(({ value }) => value !== null);
  const largest = Math.max(
    0,
    ...series.flatMap(({ values }) => values.map(([, value]) => Math.abs(Number(value)) || 0)),
  );
  const legend = legendRows(series, width) * LEGEND_ROW;
  const chart = init(null, null, { renderer: 'svg', ssr: true, width, height: 210 + legend });
  chart.setOption({
    animation: false,
    grid: { left: 70, right: 24, top: 16, bottom: 34 + legend },
    // Nobody turns the pages of a picture.
    legend: {
      bottom: 0,
      type: 'plain',
      textStyle: { fontSize: 10 },
      itemWidth: 18,
      itemHeight: 8,
      itemGap: LEGEND_GAP,
    },
    xAxis: {
      type: 'time',
      min: times.from * 1000,
      max: times.to * 1000,
      axisLine: { onZero: false },
      axisLabel: { fontSize: 10, hideOverlap: true },
    },
    yAxis: {
      type: 'value',
      ...(defaults.max === undefined ? {} : { max: defaults.max }),
      ...((defaults.mappings ?? []).length === 0 ? {} : { minInterval: 1 }),
      axisLabel: { fontSize: 10, formatter: (value: number) => withUnit(value, defaults, largest) },
    },
    series: series.map(({ name, values }, index) => ({
      name,
      type: 'line',
      symbol: 'circle',
      symbolSize: 4,
      showSymbol: values.length < 3,
      lineStyle: { width: 1.5 },
      data: withGaps(values, times.step),
      ...(index > 0
        ? {}
        : {
            markLine: {
              silent: true,
              symbol: 'none',
              label: { show: false },
              data: limits.map(({ value, color }) => ({ yAxis: value, lineStyle: { color, type: 'dashed' } })),
            },
          }),
    })),
  });
  const svg = chart.renderToSVGString();
  chart.dispose();
  return svg;
}

/** Pixels: a row of the legend, between two names, and about those of a letter and of the sign before a name. */
const LEGEND_ROW = 18;
const LEGEND_GAP = 12;
const LETTER = 6;
const SIGN = 24;

function legendRows(series: readonly NamedSeries[], width: number): number {
  const names = series.map(({ name }) => SIGN + name.length * LETTER + LEGEND_GAP);
  return Math.ceil(names.reduce((sum, one) => sum + one, 0) / (width - Math.max(0, ...names) / 2)) || 1;
}

/** Points of a line, in milliseconds; it ends where there was nothing, as while a process was away. */
function withGaps(values: ResultSeries['values'], step: number): [number, number | null][] {
  return values.flatMap(([time, text], index): [number, number | null][] => {
    const value = Number.isFinite(Number(text)) ? Number(text) : null;
    const isAfterGap = time - (values[index - 1]?.[0] ?? time) > step * 1.5;
    return isAfterGap
      ? [
          [(time - step) * 1000, null],
          [time * 1000, value],
        ]
      : [[time * 1000, value]];
  });
}
