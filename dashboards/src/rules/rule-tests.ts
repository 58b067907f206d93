import { stringify } from 'yaml';
import { EXAMPLE_PLACES } from '../places.ts';
import { type Alert, PACES, type Situation } from './alert.ts';
import { alertGroups } from './alerts/index.ts';
import { alertGroupName, RECORDED_GROUP, tellingsOf } from './rule-file.ts';

/** The tests of all alerts as `promtool test rules` reads them, a file a pace; they lie one folder below the rules. */
export function ruleTests(): Record<string, string> {
  const alerts = Object.values(alertGroups()).flat();
  return Object.fromEntries(
    PACES.map((pace) => {
      const tests = alerts
        .filter((alert) => (alert.pace ?? '1m') === pace)
        .flatMap((alert) => [
          testOf(alert, 'fires', alert.fires, alert.fires.labels),
          testOf(alert, 'is silent', alert.silent, []),
        ]);
      // Within one evaluation promtool takes groups in any order, and what was recorded a pace ago may be too old to see.
      const group_eval_order = [RECORDED_GROUP, ...Object.keys(alertGroups()).map(alertGroupName)];
      const rule_files = ['../recording.yaml', '../alerts.yaml'];
      const file = { rule_files, evaluation_interval: pace, group_eval_order, tests };
      return [`alerts-${pace}.test.yaml`, stringify(file, { lineWidth: 0, aliasDuplicateObjects: false })];
    }),
  );
}

function testOf(alert: Alert, what: string, { series, at }: Situation, firing: Record<string, string>[]) {
  const { labels, annotations } = tellingsOf(alert, EXAMPLE_PLACES);
  return {
    name: `${alert.name} ${what}`,
    interval: alert.pace ?? '1m',
    input_series: Object.entries(series).map(([name, values]) => ({ series: name, values })),
    alert_rule_test: [
      {
        eval_time: at,
        alertname: alert.name,
        exp_alerts: firing.map((given) => ({
          exp_labels: { ...given, ...labels },
          exp_annotations: Object.fromEntries(
            Object.entries(annotations).map(([name, text]) => [name, filledIn(text, given)]),
          ),
        })),
      },
    ],
  };
}

/** Prometheus's own templates, as far as ours use them. */
function filledIn(text: string, labels: Record<string, string>): string {
  return text.replace(/\{\{ \$labels\.(\w+) \}\}/g, (_, name: string) => labels[name] ?? '');
}
