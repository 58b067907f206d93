import { alertmanagerConfig } from './alertmanager.ts';
import { dashboardFiles } from './grafana/index.ts';
import { ruleFiles } from './rules/rule-file.ts';
import { ruleTests } from './rules/rule-tests.ts';

/** Every file of `generated/`, by its path there. */
export function generatedFiles(): Record<string, string> {
  return {
    'alertmanager.yaml': alertmanagerConfig(),
    ...below('grafana', dashboardFiles()),
    ...below('rules', ruleFiles()),
    ...below('rules/tests', ruleTests()),
  };
}

function below(folder: string, files: Record<string, string>): Record<string, string> {
  return Object.fromEntries(Object.entries(files).map(([name, text]) => [`${folder}/${name}`, text]));
}
