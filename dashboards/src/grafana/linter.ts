/** A dashboard's JSON, as far as the rules look at it. */
export interface LintedDashboard {
  editable?: boolean;
  templating?: { list?: LintedVariable[] };
  panels?: LintedPanel[];
}
interface LintedVariable {
  type: string;
  name: string;
  label?: string;
  multi?: boolean;
  allValue?: string;
  refresh?: number;
  datasource?: { uid?: string };
}
export interface LintedPanel {
  type: string;
  title?: string;
  description?: string;
  datasource?: { uid?: string };
  fieldConfig?: { defaults?: { unit?: string } };
  targets?: { expr?: string; datasource?: { uid?: string } }[];
}

/** Recorded series have no replica: the rule that made them has summed over it. */
const isRecorded = (expr: string) => /environment_job:/.test(expr);

/**
 * The rules of grafana/dashboard-linter (docs/rules, 4d0844b), a line a finding.
 * Left out: rules on Loki, which we have none of.
 */
export function lint({ editable, templating, panels = [] }: LintedDashboard): string[] {
  const variables = templating?.list ?? [];
  const found: string[] = [];
  const expect = (holds: boolean, finding: string) => {
    if (!holds) found.push(finding);
  };
  expect(editable === false, 'uneditable-dashboard');
  const sources = variables.filter(({ type }) => type === 'datasource');
  expect(
    sources.length === 1 && sources[0]?.name === 'datasource' && sources[0].label === 'Data source',
    'template-datasource-rule',
  );
  for (const name of ['job', 'instance']) {
    const variable = variables.find((one) => one.name === name);
    const holds = variable?.multi === true && variable.allValue === '.+' && variable.datasource?.uid === '$datasource';
    expect(holds, `template-${name}-rule`);
  }
  for (const { type, name, refresh } of variables) {
    expect(type !== 'query' || refresh === 2, `template-on-time-change-reload-rule: ${name}`);
  }
  for (const panel of panels) if (panel.type !== 'row') found.push(...lintPanel(panel));
  return found;
}

function lintPanel(panel: LintedPanel): string[] {
  const { title = '', targets = [] } = panel;
  const found: string[] = [];
  const expect = (holds: boolean, finding: string) => {
    if (!holds) found.push(`${finding}: ${title}`);
  };
  expect(panel.datasource?.uid === '$datasource', 'panel-datasource-rule');
  expect(title !== '' && (panel.description ?? '') !== '', 'panel-title-description-rule');
  expect((panel.fieldConfig?.defaults?.unit ?? '') !== '', 'panel-units-rule');
  expect(targets.length > 0, 'panel-no-targets-rule');
  for (const { expr = '' } of targets) {
    const selectors = [...expr.matchAll(/[a-z_:]\w*\{([^}]*)\}/gi)].map(([, labels = '']) => labels);
    expect(selectors.length > 0 && selectors.every((labels) => labels.includes('job=~"$job"')), 'target-job-rule');
    expect(
      isRecorded(expr) || selectors.every((labels) => labels.includes('instance=~"$instance"')),
      'target-instance-rule',
    );
    for (const [, window = ''] of expr.matchAll(/\b(?:rate|irate|increase)\([^[]*\[([^\]]*)\]/g)) {
      expect(window === '$__rate_interval' || window === '$__range', 'target-rate-interval-rule');
    }
    const outside = expr.replace(/\b(?:rate|irate|increase)\([^[]*\[[^\]]*\]\)/g, '');
    expect(!/_total\{/.test(outside), 'target-counter-agg-rule');
  }
  return found;
}
