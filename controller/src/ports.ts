import type {
  AttemptResources,
  EndReason,
  Meeting,
  MeetingKey,
  RecordingStatus,
  WebhookBody,
} from '@meetingbot/crds-schema';

/** A page of Meetings in the order of namespace, then name. */
export interface MeetingPage {
  items: Meeting[];
  /** Opaque; absent on the last page. */
  continueToken?: string;
}

/** A Meeting that wants a look at a time. The index may lag behind the table: read before acting. */
export interface DueMeeting {
  key: MeetingKey;
  /** Milliseconds since the epoch. */
  dueAt: number;
}

/**
 * Meetings in DynamoDB. Every write is conditional on the version that was read, so it is safe with two writers.
 * Reads by key are strongly consistent.
 */
export interface MeetingStore {
  /** @throws ControllerError `AlreadyExists` */
  create(meeting: Meeting, dueAt: number | undefined): Promise<Meeting>;
  get(key: MeetingKey): Promise<Meeting | undefined>;
  /** @param options.limit - 1 to 1000 items a page */
  list(options: { namespace?: string; limit: number; continueToken?: string }): Promise<MeetingPage>;
  /** Every namespace that ever held a Meeting, in order. */
  namespaces(): Promise<string[]>;
  /**
   * Writes the whole Meeting if `metadata.resourceVersion` is still the stored one.
   * @param dueAt - when the reconciler wants to see it again, milliseconds; undefined takes it out of the index
   * @returns the Meeting with its new resourceVersion
   * @throws ConflictError when somebody wrote first or it is gone
   */
  update(meeting: Meeting, dueAt: number | undefined): Promise<Meeting>;
  /** Deletes it if it is still at this version. @throws ConflictError */
  remove(meeting: Meeting): Promise<void>;
  /** Meetings due from `from` to `until` (milliseconds, both included), in any order; eventually consistent. */
  due(from: number, until: number): Promise<DueMeeting[]>;
}

export const TASK_STATES = ['Starting', 'Running', 'Stopping', 'Stopped', 'Missing'] as const;
/** ECS's lastStatus, folded: Starting = PROVISIONING to ACTIVATING, Stopping = DEACTIVATING to DEPROVISIONING. */
export type TaskState = (typeof TASK_STATES)[number];

/** What a task has of Fargate, and on which terms. */
export type TaskSize = Omit<AttemptResources, 'seconds'>;

/** What ECS says of one task. `Missing`: it knows no such task (any more, or not yet: reads lag behind launches). */
export interface TaskObservation {
  taskArn: string;
  state: TaskState;
  startedBy?: string;
  /** The Meeting it was started for, read from its overrides. */
  key?: MeetingKey;
  stopCode?: string;
  /** Task's stoppedReason and the container's reason, joined. */
  stopReason?: string;
  /** Of the recorder container. */
  exitCode?: number;
  /** What it has of Fargate. */
  size?: TaskSize;
  /** Milliseconds since the epoch. */
  createdAt?: number;
  pullStartedAt?: number;
  startedAt?: number;
  stoppedAt?: number;
}

/** Everything RunTask is told, frozen by uid and attempt: the same attempt always makes the same request. */
export interface LaunchRequest {
  /** ARN with revision. */
  taskDefinition: string;
  /** At most 64 characters; the same for every try of one attempt. */
  clientToken: string;
  /** At most 128 characters of letters, digits, `-`, `_`, `/`. */
  startedBy: string;
  environment: Record<string, string>;
  tags: Record<string, string>;
}

/** `rejected`: ECS answered that it started nothing; the same token would get the same answer. */
export type LaunchResult =
  | { kind: 'started'; taskArn: string }
  | { kind: 'rejected'; why: 'capacity' | 'quota' | 'configuration'; message: string };

/** Recorder tasks on ECS. */
export interface TaskRunner {
  /** The configured task definition as an ARN with its revision. */
  resolveTaskDefinition(): Promise<string>;
  /**
   * @throws ControllerError retryable when the outcome is unknown (time-out, throttling, 5xx): try again with the
   * same request. `Misconfigured` when AWS refuses the request itself.
   */
  launch(request: LaunchRequest): Promise<LaunchResult>;
  /** Asks ECS to stop it; a task that is gone is no error. @param reason - at most 255 characters */
  stop(taskArn: string, reason: string): Promise<void>;
  /** One observation an ARN, in any number; 100 a call to ECS. */
  describe(taskArns: readonly string[]): Promise<Map<string, TaskObservation>>;
  /** Every task of ours that ECS wants running, whoever remembers it. Eventually consistent. */
  listLive(): Promise<TaskObservation[]>;
}

/** What S3 holds of a Meeting, by its manifest and a look at the objects themselves. */
export type RecordingLook =
  /** No manifest. */
  | { kind: 'none' }
  /** A manifest that says there is no recording. */
  | { kind: 'empty'; attempt: number; endReason: EndReason; message?: string }
  /** A manifest, and the recording is there with the size and checksum it says, and can be played. */
  | {
      kind: 'whole';
      attempt: number;
      endReason: EndReason;
      message?: string;
      recording: RecordingStatus;
      /** Seconds between joining and end that are in no recording. */
      missingSeconds: number;
      /** Seconds of it in which the page had sound and the recording has none. */
      soundLostSeconds: number;
    }
  /** A manifest, but the object is absent, another one, or without an index. */
  | { kind: 'broken'; attempt: number; endReason: EndReason; message: string };

/** Recordings in S3, as the controller sees them. @throws ControllerError retryable when S3 is away */
export interface RecordingStore {
  look(meeting: Meeting): Promise<RecordingLook>;
  /** true when attempts left media that no manifest covers. */
  hasLeftovers(meeting: Meeting): Promise<boolean>;
  /** Deletes all objects of the Meeting and aborts its uploads. */
  remove(meeting: Meeting): Promise<void>;
}

/** One try of a delivery; it never throws. */
export type DeliveryResult = {
  /** How long the try took. */
  milliseconds?: number;
} & (
  | {
      kind: 'answered';
      statusCode: number;
      retryAfterSeconds?: number;
      /** What the receiver said of a delivery it did not take, on one line. */
      detail?: string;
    }
  | { kind: 'unanswered'; error: string }
);

/** Sends one signed webhook once: 15 s time-out, no redirects. */
export interface WebhookSender {
  send(delivery: { id: string; body: WebhookBody }): Promise<DeliveryResult>;
}

/** The Meeting that was the last to take an identity, and at which of its versions. */
export interface IdentityHolder {
  key: MeetingKey;
  uid: string;
  /** metadata.resourceVersion that the Meeting's intent will replace. */
  version: string;
}

/** Who took which signed-in identity last: one item each. Reads are strongly consistent. */
export interface IdentityLocks {
  read(identity: string): Promise<IdentityHolder | undefined>;
  /**
   * Writes the holder if `seen` is still the one that is stored, or none is where it is undefined.
   * @returns false: it is another one
   */
  write(identity: string, holder: IdentityHolder, seen: IdentityHolder | undefined): Promise<boolean>;
}

/** Chance, injected so that a simulation can repeat itself. */
export interface Random {
  /** In [0, 1). */
  next(): number;
}
