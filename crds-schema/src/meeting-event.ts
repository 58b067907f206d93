/** Something that happened to a Meeting, as Kubernetes' events tell it. Repeats of the same are one, counted. */
export interface MeetingEvent {
  type: 'Normal' | 'Warning';
  /** CamelCase, a past fact. */
  reason: string;
  /** For people. */
  message: string;
  /** How often it happened. */
  count: number;
  firstTimestamp: string;
  lastTimestamp: string;
}

/** So many are kept of one Meeting; the oldest go first. */
export const MAX_MEETING_EVENTS = 40;
