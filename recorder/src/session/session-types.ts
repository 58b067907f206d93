import type {
  Clock,
  CompleteMeetingSpec,
  EndReason,
  Logger,
  RecorderNotice,
  RecorderPhase,
  RecordingManifest,
} from '@meetingbot/crds-schema';
import type { SessionIdentity } from '../identity/session-identity.ts';
import type { TeamsBot } from '../identity/teams-bot-token.ts';
import type { ObjectStore } from '../upload/index.ts';
import type { StageOptions, StagePort } from './stage.ts';

export interface SessionOptions {
  readonly spec: CompleteMeetingSpec;
  readonly meeting: { readonly namespace: string; readonly name: string; readonly uid: string };
  /** From 1. */
  readonly attempt: number;
  readonly store: ObjectStore;
  /** Name of the bucket behind `store`. */
  readonly bucket: string;
  /** Wall clock at which an earlier recorder of this Meeting was let in, milliseconds. */
  readonly joinedBefore?: number;
  /** How many people it last saw in the call, itself included. */
  readonly participantsBefore?: number;
  /** CHROMIUM_PATH, CHROME_EXTRA_ARGS, BROWSER_PRIVATE_HOSTS */
  readonly browser: { readonly program: string; readonly extraArgs?: string; readonly privateHosts?: string };
  /** Makes what is recorded from; absent: display, sound and browser of the session's own. */
  readonly makeStage?: (options: StageOptions) => StagePort;
  /** The account that joins; absent: a guest. */
  readonly identity?: SessionIdentity;
  /** Who vouches for us with Microsoft Teams; absent: nobody. */
  readonly teamsBot?: TeamsBot | undefined;
  /** Key of the operator's descriptions of pages, PLATFORM_PAGES_KEY. */
  readonly pagesKey?: string;
  /** Directory in which the session makes its own; nothing is left of that. */
  readonly workRoot: string;
  /** Our environment; children get what {@link childEnvironment} lets through. */
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Something of {@link RecordSession.status} has changed. */
  readonly onChange?: (status: SessionStatus) => void;
  /** The result is known and true; browser and files are still being cleared away. */
  readonly onResult?: (result: SessionResult) => void;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** Where the session is. */
export interface SessionStatus {
  readonly phase: Exclude<RecorderPhase, 'Done'>;
  /** Wall clock, milliseconds. */
  readonly joinedAt?: number;
  readonly recordingStartedAt?: number;
  readonly participants?: number;
  /** Questions of the page that were answered by rule, by their names. */
  readonly dialogs?: ReadonlyMap<string, number>;
  /** What could not be done as it was wanted, though the meeting is attended. */
  readonly notices?: readonly RecorderNotice[];
}

export interface SessionResult {
  readonly reason: EndReason;
  /** Where that is UploadFailed: why the meeting had ended. */
  readonly endedWith?: EndReason;
  /** For people. */
  readonly message: string;
  /** What is in the store now; undefined: no recording was finished. */
  readonly manifest?: RecordingManifest;
}
