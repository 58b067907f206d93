import { LineChart } from 'echarts/charts';
import { GridComponent, LegendComponent, MarkLineComponent } from 'echarts/components';
import { init, use } from 'echarts/core';
import { SVGRenderer } from 'echarts/renderers';
import type { ResultSeries, ShownPanel } from './panel-query.ts';
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

/** Lines over time, as SVG. @param times - seconds since the epoch, both ends */
export function plot(
  panel: ShownPanel,
  series: NamedSeries[],
  times: { from: number; to: number },
  width: number,
): string {
  const { unit, thresholds } = panel.fieldConfig.defaults;
  const limits = (thresholds?.steps ?? []).filter(({ value }) => value !== null);
  const chart = init(null, null, { renderer: 'svg', ssr: true, width, height: 250 });
  chart.setOption({
    animation: false,
    grid: { left: 70, right: 16, top: 16, bottom: 62 },
    legend: { bottom: 0, type: 'scroll', textStyle: { fontSize: 10 } },
    xAxis: {
      type: 'time',
      min: times.from * 1000,
      max: times.to * 1000,
      axisLabel: { fontSize: 10, hideOverlap: true },
    },
    yAxis: { type: 'value', axisLabel: { fontSize: 10, formatter: (value: number) => withUnit(value, unit) } },
    series: series.map(({ name, values }, index) => ({
      name,
      type: 'line',
      showSymbol: values.length < 3,
      lineStyle: { width: 1.5 },
      data: values.map(([time, value]) => [time * 1000, Number.isFinite(Number(value)) ? Number(value) : null]),
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
