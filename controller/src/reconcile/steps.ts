import type { AttemptMode, Reason } from '@meetingbot/crds-schema';
import type { DeliveryResult, RecordingLook, TaskObservation } from '../ports.ts';
import type { AttemptEnd } from './attempt-end.ts';
import type { IdentityAnswer } from './identities.ts';

/** Facts a decision may ask for; they are fetched only then. */
export type Wanted = 'task' | 'adoption' | 'look' | 'leftovers' | 'slot' | 'identity' | 'claim';

/** The facts fetched so far in this reconcile. */
export interface Observed {
  /** What ECS says of the open attempt's task. */
  task?: TaskObservation;
  /** For how long, from look to look, ECS has said that it knows no such task. Milliseconds. */
  missingFor?: number;
  /** A live task that carries the open attempt's name although the attempt has no ARN; null: none is listed. */
  adoption?: TaskObservation | null;
  look?: RecordingLook;
  /** Media in S3 that no manifest covers. */
  leftovers?: boolean;
  /** Whether one more recorder may live. */
  slot?: { kind: 'free' } | { kind: 'taken'; position: number };
  /** Whether an identity of those that it asks for is free, as far as this process knows. */
  identity?: IdentityAnswer;
  /** The identity that this Meeting has taken for the intent that it writes next; null: somebody else has it. */
  claim?: { name: string } | null;
  /** The answer to the webhook that was under way. */
  delivery?: DeliveryResult;
  /** A try of the webhook is under way. */
  delivering: boolean;
  /** Last word of the open attempt's recorder that this process heard, milliseconds. */
  heartbeatAt?: number;
}

/** The one next thing to do for a Meeting, and why. */
export type Step = { why: string } & (
  | { do: 'observe'; what: Wanted }
  | { do: 'wait'; until: number | undefined }
  | { do: 'schedule' }
  | { do: 'queue'; position: number }
  | { do: 'awaitIdentity'; reason: 'WaitingForIdentity' | 'UnknownIdentity'; message: string }
  | { do: 'begin'; mode: AttemptMode; identity?: string }
  | { do: 'launch' }
  | { do: 'adopt'; taskArn: string }
  | { do: 'noteStop' }
  | { do: 'stopTask' }
  | { do: 'endAttempt'; end: AttemptEnd; task: TaskObservation | undefined }
  | { do: 'conclude'; reason: Reason }
  | { do: 'settle'; look: RecordingLook }
  | { do: 'deliver' }
  | { do: 'recordDelivery'; delivery: DeliveryResult }
  | { do: 'finish'; notified: 'delivered' | 'gaveUp' | 'notWanted' }
  | { do: 'resend' }
  | { do: 'remove'; recordingToo: boolean }
);
