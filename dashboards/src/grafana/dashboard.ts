import {
  AnnotationQueryBuilder,
  type Dashboard,
  DashboardBuilder,
  DashboardCursorSync,
  DashboardLinkBuilder,
  DashboardLinkType,
  DatasourceVariableBuilder,
  QueryVariableBuilder,
  RowBuilder,
  TextBoxVariableBuilder,
  VariableRefresh,
} from '@grafana/grafana-foundation-sdk/dashboard';
import { DASHBOARDS, type DashboardName, dashboardUid } from '../places.ts';
import { type PanelPlan, panelOf, RECORDED } from './panel.ts';

/** A variable beside those that every dashboard has. */
export type ExtraVariable =
  | { kind: 'query'; name: string; label: string; query: string }
  | { kind: 'text'; name: string; label: string; value: string };

export interface DashboardPlan {
  name: DashboardName;
  title: string;
  description: string;
  variables?: ExtraVariable[];
  links?: { title: string; url: string }[];
  rows: { title: string; panels: PanelPlan[] }[];
}

const DATASOURCE = { type: 'prometheus', uid: '$datasource' };

/** A dashboard as Grafana takes it: variables, marks of deployments and leaders, links, panels. */
export function dashboardOf(plan: DashboardPlan): Dashboard {
  const dashboard = new DashboardBuilder(plan.title)
    .uid(dashboardUid(plan.name))
    .description(plan.description)
    .tags(['meetingbot'])
    .readonly()
    .refresh('30s')
    .tooltip(DashboardCursorSync.Crosshair)
    .time({ from: 'now-6h', to: 'now' })
    .withVariable(new DatasourceVariableBuilder('datasource').label('Data source').type('prometheus'));
  const all: ExtraVariable[] = [
    {
      kind: 'query',
      name: 'environment',
      label: 'Environment',
      query: 'label_values(meetingbot_build_info, environment)',
    },
    { kind: 'query', name: 'job', label: 'Job', query: 'label_values(meetingbot_build_info, job)' },
    {
      kind: 'query',
      name: 'instance',
      label: 'Instance',
      query: 'label_values(meetingbot_build_info{job=~"$job"}, instance)',
    },
    ...(plan.variables ?? []),
  ];
  for (const variable of all) dashboard.withVariable(variableOf(variable));
  for (const annotation of annotations()) dashboard.annotation(annotation);
  for (const link of linksOf(plan)) dashboard.link(link);
  for (const { title, panels } of plan.rows) {
    dashboard.withRow(new RowBuilder(title));
    for (const panel of panels) dashboard.withPanel(panelOf(panel));
  }
  return dashboard.build();
}

function variableOf(variable: ExtraVariable): QueryVariableBuilder | TextBoxVariableBuilder {
  const { name, label } = variable;
  if (variable.kind === 'text') return new TextBoxVariableBuilder(name).label(label).defaultValue(variable.value);
  return new QueryVariableBuilder(name)
    .label(label)
    .datasource(DATASOURCE)
    .query(variable.query)
    .refresh(VariableRefresh.OnTimeRangeChanged)
    .multi(true)
    .includeAll(true)
    .allValue('.+')
    .current({ selected: true, text: 'All', value: '$__all' });
}

/** When a version first ran, and when another replica came to lead. */
function annotations(): AnnotationQueryBuilder[] {
  const mark = (name: string, expr: string, color: string, text: string) =>
    new AnnotationQueryBuilder()
      .name(name)
      .datasource(DATASOURCE)
      .enable(true)
      .expr(expr)
      .iconColor(color)
      .titleFormat(text);
  const version = `meetingbot_build_info{${RECORDED}}`;
  return [
    mark(
      'Deployments',
      `count by (version) (${version}) unless count by (version) (${version} offset 5m)`,
      'blue',
      'version {{version}}',
    ),
    mark(
      'Leader changes',
      `changes(leader_election_master_status{${RECORDED}}[1m]) > 0 and leader_election_master_status{${RECORDED}} == 1`,
      'purple',
      '{{instance}} leads',
    ),
  ];
}

function linksOf({ name, links = [] }: DashboardPlan): DashboardLinkBuilder[] {
  const others = DASHBOARDS.filter((other) => other !== name).map((other) => ({
    title: other[0]?.toUpperCase() + other.slice(1),
    url: `/d/${dashboardUid(other)}`,
  }));
  return [
    ...links.map(({ title, url }) =>
      new DashboardLinkBuilder(title).type(DashboardLinkType.Link).url(url).targetBlank(true),
    ),
    ...others.map(({ title, url }) =>
      new DashboardLinkBuilder(title).type(DashboardLinkType.Link).url(url).includeVars(true).keepTime(true),
    ),
  ];
}
