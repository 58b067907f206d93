import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { dashboardFiles } from './index.ts';
import { type LintedDashboard, lint } from './linter.ts';

const dashboards = Object.entries(dashboardFiles()).map(([name, text]) => [name, JSON.parse(text)] as const);
const metrics = readFileSync(new URL('../../../controller/metrics.md', import.meta.url), 'utf8');

describe('dashboards', () => {
  it.each(dashboards)('%s keeps the rules of the dashboard linter', (_, dashboard) => {
    expect(lint(dashboard as LintedDashboard)).toEqual([]);
  });

  it.each(dashboards)('%s asks only for metrics that there are', (_, dashboard) => {
    const names = [
      ...JSON.stringify(dashboard).matchAll(/((?:meetingbot|workqueue|controller_runtime|leader)_\w+)\{/g),
    ];
    const own = names
      .map(([, name = '']) => name.replace(/_bucket$/, ''))
      .filter((name) => !/_(ratio|increase)\w*$/.test(name));
    expect(own.length).toBeGreaterThan(5);
    expect(
      [...new Set(own)].filter(
        (name) =>
          !metrics.includes(`| \`${name}\``) &&
          !name.startsWith('meetingbot_recordings_bad') &&
          !name.startsWith('meetingbot_joins_bad') &&
          !name.startsWith('meetingbot_dollars'),
      ),
    ).toEqual([]);
  });
});

it.each([
  ['template-job-rule', (board: LintedDashboard) => board.templating?.list?.splice(2, 1)],
  ['panel-units-rule', (board: LintedDashboard) => delete board.panels?.[1]?.fieldConfig],
  ['target-job-rule', (board: LintedDashboard) => replaceIn(board, 'job=~"$job",', '')],
  ['target-rate-interval-rule', (board: LintedDashboard) => replaceIn(board, '$__range', '5m')],
  ['target-counter-agg-rule', (board: LintedDashboard) => replaceIn(board, 'increase', '')],
  ['uneditable-dashboard', (board: LintedDashboard) => Object.assign(board, { editable: true })],
])('the linter finds what breaks %s', (rule, breakIt) => {
  const [, dashboard] = dashboards[0] ?? [];
  const copy = structuredClone(dashboard) as LintedDashboard;
  breakIt(copy);
  expect(lint(copy).join('\n')).toContain(rule);
});

function replaceIn(board: LintedDashboard, from: string, to: string): void {
  const target = board.panels?.find(({ type }) => type !== 'row')?.targets?.[0];
  if (target?.expr !== undefined) target.expr = target.expr.replaceAll(from, to);
}
