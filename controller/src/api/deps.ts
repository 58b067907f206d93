import type { Clock, ControllerSettings, Logger, Meeting, MeetingKey, RecorderReport } from '@meetingbot/crds-schema';
import type { AnsweredRequest, KnownRoute } from '../metrics/http-metrics.ts';
import type { MeetingStore } from '../ports.ts';
import type { FreshMeetings } from '../watch/fresh-meetings.ts';
import type { Watches } from '../watch/watches.ts';
import type { CurrentTokens } from './api-tokens.ts';
import type { HostResolver } from './url-rules.ts';

/** One thing that must be so before requests are sent here. */
export interface ReadyCheck {
  name: string;
  ok: boolean;
  /** false: it is told, and the replica is ready without it. @default true */
  isRequired?: boolean;
  /** Why not. */
  message?: string;
}

/** What a report changes: see `reconcile/report.ts`. */
export type ReportOutcome =
  | { kind: 'stale' }
  | { kind: 'heartbeat' }
  | { kind: 'told' }
  | { kind: 'changed'; meeting: Meeting; dueAt: number | undefined };

export interface ApiIds {
  /** Unique for ever: a Meeting of the same name is another one. */
  uid(): string;
  /** Five characters for the end of a generated name. */
  suffix(): string;
}

/** What the API's word on Meetings needs, whatever the wire format. */
export interface MeetingServiceDeps {
  settings: Pick<ControllerSettings, 'API_TOKENS' | 'ALLOW_ANONYMOUS_JOIN' | 'WEB_HOSTS'> &
    Partial<
      Pick<
        ControllerSettings,
        'API_RATE_LIMIT' | 'NOTIFY_WEBHOOK_ENABLED' | 'BROWSER_PRIVATE_HOSTS' | 'BROWSER_IDENTITIES'
      >
    >;
  store: MeetingStore;
  /** Finds the addresses of a Meeting's host. */
  resolver: HostResolver;
  clock: Clock;
  ids: ApiIds;
  logger: Logger;
  /** Signs recorders' tokens: at least 32 bytes, the same in all replicas and over restarts. */
  recorderTokenKey: Uint8Array;
  /** Takes a recorder's word that needs no write. */
  heartbeats: { record(meeting: Meeting, report: RecorderReport): void };
  /** A new Meeting as it is written, and when it must be reconciled, milliseconds since the epoch; pure. */
  admit(meeting: Meeting, now: number): { meeting: Meeting; dueAt: number };
  /** The Meeting as a report leaves it; pure. */
  applyReport(meeting: Meeting, report: RecorderReport, now: number): ReportOutcome;
  /** Called once for each report that was written. */
  onReported?(before: Meeting, after: Meeting): void;
  /** Called after each accepted write that leaves something to do, so that it is reconciled at once. */
  onWritten(meeting: Meeting): void;
  /** Called where there is something to reconcile that was not written, or was removed. */
  onChanged(key: MeetingKey): void;
  ready(): Promise<ReadyCheck[]>;
  /** The text of /metrics. */
  metrics(): Promise<{ contentType: string; body: string }>;
  /** Answers heartbeats. @default the store */
  fresh?: Pick<FreshMeetings, 'get'>;
}

/** Everything the API is handed. */
export interface ApiDeps extends MeetingServiceDeps {
  /** Where watches begin; its feed observes the store. */
  watches: Watches;
  /** Told of each route that there is. */
  onRoute?(route: KnownRoute): void;
  /** Told of each answered request. `isWatch`: it lasted as long as somebody watched. */
  onAnswered?(request: AnsweredRequest, isWatch: boolean): void;
  /** Who may do what; asked anew for every request. @default those of setting API_TOKENS */
  tokens?: CurrentTokens;
  /** Speaks https with this certificate. @default http */
  tls?: { cert: string | Uint8Array; key: string | Uint8Array };
}
