import { ask, type ShownDashboard, type ShownPanel, type Times } from './panel-query.ts';
import { legendOf, type NamedSeries, plot } from './plot.ts';
import { withUnit } from './units.ts';

/** Pixels of one of the 24 columns. */
const COLUMN = 56;

/** What a panel would say that has nothing to show. */
export interface PanelProblem {
  dashboard: string;
  panel: string;
  problem: string;
}

export interface Preview {
  html: string;
  /** Panels without data, and queries that Prometheus refuses. */
  problems: PanelProblem[];
}

/** Every dashboard with what a Prometheus answers now, as one page without scripts. */
export async function previewOf(dashboards: ShownDashboard[], url: string, times: Times): Promise<Preview> {
  const problems: PanelProblem[] = [];
  const parts: string[] = [];
  for (const dashboard of dashboards) {
    parts.push(`<h1>${escaped(dashboard.title)}</h1><p>${escaped(dashboard.description)}</p><div class="grid">`);
    for (const panel of dashboard.panels) {
      if (panel.type === 'row') {
        parts.push(`<h2>${escaped(panel.title)}</h2>`);
        continue;
      }
      const note = (problem: string) => problems.push({ dashboard: dashboard.title, panel: panel.title, problem });
      parts.push(frame(panel, body(panel, await seriesOf(panel, url, times, note), times)));
    }
    parts.push('</div>');
  }
  const when = `${new Date(times.from * 1000).toISOString()} to ${new Date(times.to * 1000).toISOString()}`;
  return { html: page(parts.join('\n'), `${url}, ${when}`), problems };
}

async function seriesOf(
  panel: ShownPanel,
  url: string,
  times: Times,
  note: (problem: string) => void,
): Promise<NamedSeries[]> {
  const found: NamedSeries[] = [];
  const empty: string[] = [];
  for (const { expr, legendFormat } of panel.targets) {
    try {
      const series = await ask(url, expr, times, panel.type === 'stat' ? 'stat' : 'timeseries');
      if (series.length === 0) empty.push(expr);
      found.push(...series.map((one) => ({ ...one, name: legendOf(legendFormat, one.metric) })));
    } catch (error) {
      note((error as Error).message);
    }
  }
  // What shows only what is above zero has nothing to show in a good hour; the panel as a whole has.
  for (const expr of empty) if (!expr.endsWith('> 0') || found.length === 0) note(`no series: ${expr}`);
  const isNumber = ([, value]: [number, string]) => Number.isFinite(Number(value));
  if (found.length > 0 && !found.some(({ values }) => values.some(isNumber))) note('no value: nothing but NaN');
  return found;
}

function body(panel: ShownPanel, series: NamedSeries[], times: Times): string {
  if (series.length === 0) return '<p class="none">no data</p>';
  if (panel.type === 'timeseries') return plot(panel, series, times, panel.gridPos.w * COLUMN - 24);
  const value = Number(series[0]?.values.at(-1)?.[1] ?? Number.NaN);
  const { thresholds } = panel.fieldConfig.defaults;
  const color = thresholds?.steps.findLast((step) => step.value === null || value >= step.value)?.color ?? 'black';
  return `<p class="value" style="color:${escaped(color)}">${escaped(withUnit(value, panel.fieldConfig.defaults))}</p>`;
}

function frame(panel: ShownPanel, content: string): string {
  const { title, description, gridPos } = panel;
  return `<section style="grid-column: span ${gridPos.w}"><h3>${escaped(title)}</h3><p>${escaped(description)}</p>${content}</section>`;
}

function page(content: string, source: string): string {
  return `<!doctype html>
<html lang="en"><meta charset="utf-8"><title>Meeting Bot dashboards</title>
<style>
body { font: 13px system-ui, sans-serif; margin: 16px; background: #f4f5f7; color: #1f2329; width: ${24 * COLUMN}px }
.grid { display: grid; grid-template-columns: repeat(24, 1fr); gap: 8px }
section { background: #fff; border: 1px solid #d8dbe0; border-radius: 4px; padding: 8px 12px; overflow: hidden }
h1 { margin: 32px 0 0 } h2 { grid-column: span 24; margin: 16px 0 0; font-size: 15px } h3 { margin: 0; font-size: 13px }
p { margin: 2px 0 6px; color: #6b7280; font-size: 11px } .value { font-size: 30px; margin: 8px 0 0 } .none { color: #b91c1c }
</style>
<p>${escaped(source)}</p>
${content}
</html>
`;
}

function escaped(text: string): string {
  return text.replace(/[&<>"]/g, (character) => `&#${character.charCodeAt(0)};`);
}
