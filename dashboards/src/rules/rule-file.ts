import { stringify } from 'yaml';
import { dashboardUid, EXAMPLE_PLACES, type Places } from '../places.ts';
import type { Alert } from './alert.ts';
import { type AlertOptions, alertGroups } from './alerts/index.ts';
import { recordingRules } from './recording-rules.ts';

export interface RuleFileOptions extends AlertOptions {
  /** @default example.com */
  places?: Places;
}

/** Labels and annotations that an alert is sent with. */
export function tellingsOf({ name, severity, summary, meaning, dashboard }: Alert, places: Places) {
  return {
    labels: { severity },
    annotations: {
      summary,
      description: meaning,
      dashboard_url: `${places.grafanaUrl}/d/${dashboardUid(dashboard)}`,
      runbook_url: `${places.runbooksUrl}/${name}.md`,
    },
  };
}

/** The group of the recording rules; the alerts' expressions use what it records. */
export const RECORDED_GROUP = 'meetingbot-recorded';

/** The group of the alerts of one part. */
export const alertGroupName = (part: string): string => `meetingbot-${part}`;

/** `recording.yaml` and `alerts.yaml`, as Prometheus and AWS's Managed Prometheus read them. */
export function ruleFiles(options: RuleFileOptions = {}): Record<'recording.yaml' | 'alerts.yaml', string> {
  const places = options.places ?? EXAMPLE_PLACES;
  const alerts = Object.entries(alertGroups(options)).map(([name, group]) => ({
    name: alertGroupName(name),
    rules: group.map((alert) => ({
      alert: alert.name,
      expr: alert.expr,
      ...(alert.for === undefined ? {} : { for: alert.for }),
      ...tellingsOf(alert, places),
    })),
  }));
  return {
    'recording.yaml': yaml({ groups: [{ name: RECORDED_GROUP, rules: recordingRules() }] }),
    'alerts.yaml': yaml({ groups: alerts }),
  };
}

function yaml(value: object): string {
  return stringify(value, { lineWidth: 0, aliasDuplicateObjects: false });
}
