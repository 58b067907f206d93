import { API_VERSION, completeSpec, KIND, type Meeting, type MeetingKey } from '@meetingbot/crds-schema';

/** A valid Meeting as the API would have made it: for tests. */
export function aMeeting({ namespace = 'default', name = 'standup' }: Partial<MeetingKey> = {}): Meeting {
  const { spec } = completeSpec({ url: 'https://meet.google.com/abc-defg-hij' });
  if (spec === undefined) throw new Error('the example is not valid');
  return {
    apiVersion: API_VERSION,
    kind: KIND,
    metadata: {
      name,
      namespace,
      uid: `uid-of-${namespace}-${name}`,
      generation: 1,
      resourceVersion: '',
      creationTimestamp: '2026-02-06T15:00:00Z',
    },
    spec,
    status: { phase: 'Pending', conditions: [], attempts: [] },
  };
}
