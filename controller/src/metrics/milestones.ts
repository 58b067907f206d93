import type { Meeting } from '@meetingbot/crds-schema';

/** The funnel, in order: what a Meeting reaches once, however many recorders and tries it takes. */
export const STAGES = ['requested', 'launched', 'lobby', 'admitted', 'recording', 'uploaded', 'notified'] as const;
export type Stage = (typeof STAGES)[number];

/** Stages that a Meeting without a recording may have come to. */
export const LEAK_STAGES = ['requested', 'launched', 'lobby', 'admitted', 'recording'] as const satisfies Stage[];

/**
 * Whether a Meeting has reached a stage, read from what is on record. Each of these, once true, stays true: so the
 * write that makes it true happens once in a Meeting's life, whichever process it is, and is counted once.
 */
const REACHED: Record<Stage, (meeting: Meeting) => boolean> = {
  requested: () => true,
  launched: ({ status }) => status.attempts.some(({ taskArn }) => taskArn !== undefined),
  lobby: ({ status }) => status.lobbyAt !== undefined,
  admitted: ({ status }) => status.joinedAt !== undefined,
  recording: ({ status }) => status.recordingStartedAt !== undefined,
  uploaded: (meeting) => uploadedAt(meeting) !== undefined,
  notified: ({ status }) => status.notifiedAt !== undefined,
};

export function hasReached(meeting: Meeting, stage: Stage): boolean {
  return REACHED[stage](meeting);
}

/** What a write brought a Meeting to, in order. */
export function stagesReached(before: Meeting, after: Meeting): Stage[] {
  return STAGES.filter((stage) => !hasReached(before, stage) && hasReached(after, stage));
}

/** true for the one write that ends a Meeting; the resend of a webhook opens and ends it again, without being it. */
export function isEnd(before: Meeting, after: Meeting): boolean {
  return before.status.endTime === undefined && after.status.endTime !== undefined;
}

/** When the recording was verified in S3, RFC 3339. */
export function uploadedAt({ status }: Meeting): string | undefined {
  return status.conditions.find((condition) => condition.type === 'Uploaded' && condition.status === 'True')
    ?.lastTransitionTime;
}
