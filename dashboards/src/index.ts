export { type AlertmanagerOptions, alertmanagerConfig } from './alertmanager.ts';
export { generatedFiles } from './generated-files.ts';
export { dashboardFiles } from './grafana/index.ts';
export { EXAMPLE_PLACES, type Places } from './places.ts';
export { type PanelProblem, type Preview, previewOf } from './preview/page.ts';
export { ask, type ShownDashboard, type Times } from './preview/panel-query.ts';
export { alertGroups } from './rules/alerts/index.ts';
export { type RuleFileOptions, ruleFiles } from './rules/rule-file.ts';
export { type Runbook, runbookExports, runbooks } from './runbook-commands.ts';
