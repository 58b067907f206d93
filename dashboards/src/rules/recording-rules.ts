import { TARGET } from './alert.ts';
import { OBJECTIVES, ratioName, WINDOWS } from './slo.ts';

export interface RecordingRule {
  record: string;
  expr: string;
}

/** Dollars of recorder tasks for an hour of recording, over a day. */
export const DOLLARS_PER_HOUR = 'environment_job:meetingbot_dollars_per_recorded_hour:ratio_increase1d';
/** Share of joins that end in the lobby's time-out or a refusal, over a week: what is normal. */
export const LOBBY_NORMAL = 'environment_job:meetingbot_lobby_refused:ratio_increase7d';

/** Meetings that were left in the lobby, over a window. */
export function lobbyRefused(window: string): string {
  const left = `meetingbot_funnel_leaks_total{reason=~"LobbyTimeout|LobbyDenied"}`;
  return `sum by (${TARGET}) (increase(${left}[${window}]))`;
}

/** Meetings that came to the lobby, over a window. */
export function lobbyReached(window: string): string {
  return `sum by (${TARGET}) (increase(meetingbot_funnel_total{stage="lobby"}[${window}]))`;
}

/** What alerts and dashboards ask for over long times, worked out as it comes. */
export function recordingRules(): RecordingRule[] {
  const ratios = OBJECTIVES.flatMap((objective) =>
    WINDOWS.map((window) => ({
      record: ratioName(objective, window),
      expr: `(${objective.bad(window)}) / (${objective.all(window)})`,
    })),
  );
  const hours = `sum by (${TARGET}) (increase(meetingbot_recorded_seconds_total[1d])) / 3600`;
  return [
    ...ratios,
    { record: LOBBY_NORMAL, expr: `(${lobbyRefused('7d')}) / (${lobbyReached('7d')})` },
    {
      record: DOLLARS_PER_HOUR,
      expr: `sum by (${TARGET}) (increase(meetingbot_recorder_dollars_total[1d])) / (${hours})`,
    },
  ];
}
