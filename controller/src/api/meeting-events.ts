import { createHash } from 'node:crypto';
import { API_VERSION, KIND, type Meeting, type MeetingEvent } from '@meetingbot/crds-schema';

/** An event of a Meeting as `kubectl describe` and `kubectl events` read it (core/v1, Event). */
export interface CoreEvent {
  kind: 'Event';
  apiVersion: 'v1';
  metadata: { name: string; namespace: string; uid: string; resourceVersion: string; creationTimestamp: string };
  involvedObject: {
    kind: string;
    apiVersion: string;
    namespace: string;
    name: string;
    uid: string;
    resourceVersion: string;
  };
  type: MeetingEvent['type'];
  reason: string;
  message: string;
  count: number;
  firstTimestamp: string;
  lastTimestamp: string;
  source: { component: string };
  reportingComponent: string;
  reportingInstance: string;
}

const COMPONENT = 'meetingbot-controller';
const DIGITS = 16;

/** What happened to a Meeting, oldest first. An event keeps its name while it is counted up. */
export function eventsOf(meeting: Meeting): CoreEvent[] {
  const { namespace, name, uid, resourceVersion } = meeting.metadata;
  return (meeting.events ?? []).map(({ type, reason, message, count, firstTimestamp, lastTimestamp }) => {
    const digest = createHash('sha256')
      .update(JSON.stringify([uid, type, reason, message]))
      .digest('hex');
    return {
      kind: 'Event',
      apiVersion: 'v1',
      metadata: {
        name: `${name}.${digest.slice(0, DIGITS)}`,
        namespace,
        uid: digest.slice(-32),
        resourceVersion,
        creationTimestamp: firstTimestamp,
      },
      involvedObject: { kind: KIND, apiVersion: API_VERSION, namespace, name, uid, resourceVersion },
      type,
      reason,
      message,
      count,
      firstTimestamp,
      lastTimestamp,
      source: { component: COMPONENT },
      reportingComponent: COMPONENT,
      reportingInstance: '',
    };
  });
}

/** Name of the Meeting that an event of this name belongs to; undefined when it can be none of ours. */
export function meetingOfEvent(name: string): string | undefined {
  return /^([-a-z0-9]{1,63})\.[0-9a-f]{16}$/.exec(name)?.[1];
}
