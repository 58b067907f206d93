import type { Attribution, Condition, Outcome, Phase, Reason, RecordingManifest } from '@meetingbot/crds-schema';
import type { Scenario } from '../scenarios/scenario.ts';

/** As small and as slow as a recording can be: several run at a time. */
export const PICTURE = { width: 640, height: 360, frameRate: 5 } as const;
export const NAME = 'Meeting Recorder';

/** Keys of what is words and not media. */
export const IS_TEXT = /\.(json|txt)$/;

/** What came of a Meeting. */
export interface Result {
  readonly phase: Phase;
  readonly reason: Reason | undefined;
  readonly attributedTo: Attribution | undefined;
  readonly outcome: Outcome;
  readonly message: string;
  /** Wall clock, milliseconds. */
  readonly joinedAt: number | undefined;
  /** Where there is a recording: the file, how long it is said to be, and what is true of it. */
  readonly recording?: {
    readonly file: string;
    readonly durationSeconds: number;
    readonly manifest: RecordingManifest;
  };
  /** What is in S3, without the Meeting's prefix. */
  readonly keys: readonly string[];
  /** Those of them that are words: JSON and text, by their keys. */
  readonly texts: ReadonlyMap<string, string>;
  /** Questions of the page that were answered by rule, by their names. */
  readonly dialogs: Readonly<Record<string, number>>;
  /** As the API shows them; undefined where there is no Meeting, but a recorder alone. */
  readonly conditions?: readonly Condition[];
  /** What its recorders logged, a line each. */
  readonly log: readonly string[];
}

/** One Meeting that is attended right now. */
export interface Attendance {
  /** Its phase, as people see it. */
  phase(): Promise<Phase>;
  /** How many takes were begun. */
  takes(): Promise<number>;
  /** spec.stop */
  stop(): Promise<void>;
  /** SIGKILL to the renderers of its browser. @throws Error when there are none */
  crash(): void;
  /** undefined as long as it goes on. */
  result(): Promise<Result | undefined>;
}

/** Something that attends meetings with the unmodified recorder. */
export interface Recorders {
  attend(name: string, url: string, scenario: Scenario): Promise<Attendance>;
  close(): Promise<void>;
}
