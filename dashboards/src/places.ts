/** Where people find what an alert points to. */
export interface Places {
  /** Of Grafana, without a trailing slash. */
  grafanaUrl: string;
  /** Folder of the runbooks as a web page, without a trailing slash. */
  runbooksUrl: string;
}

/** What the checked-in files say; whoever ships them gives their own. */
export const EXAMPLE_PLACES: Places = {
  grafanaUrl: 'https://grafana.example.com',
  runbooksUrl: 'https://git.example.com/meeting-bot/dashboards/runbooks',
};

export const DASHBOARDS = ['overview', 'meeting', 'recorders', 'controller', 'aws'] as const;
export type DashboardName = (typeof DASHBOARDS)[number];

/** uid of a dashboard in Grafana: part of its address for ever. */
export function dashboardUid(name: DashboardName): string {
  return `meetingbot-${name}`;
}
