import { aws } from './aws.ts';
import { controller } from './controller.ts';
import { dashboardOf } from './dashboard.ts';
import { overview } from './overview.ts';
import { meeting, recorders } from './recorders.ts';

export const PLANS = [overview, meeting, recorders, controller, aws] as const;

/** `NAME.json` of every dashboard, as Grafana's provisioning reads it. */
export function dashboardFiles(): Record<string, string> {
  return Object.fromEntries(
    PLANS.map((plan) => [`${plan.name}.json`, `${JSON.stringify(dashboardOf(plan), null, 2)}\n`]),
  );
}
