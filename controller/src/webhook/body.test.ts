import { causesOf, WebhookBody } from '@meetingbot/crds-schema';
import { describe, expect, it } from 'vitest';
import { aMeetingWith, anEndedAttempt, at, aWholeLook, CREATED } from '../reconcile/a-meeting-with.ts';
import { DEFAULT_POLICY } from '../reconcile/policy.ts';
import * as to from '../reconcile/transitions/index.ts';
import { webhookBody } from './body.ts';

const options = { forcePathStyle: false };
const policy = { ...DEFAULT_POLICY, webhookEnabled: true, webhookFailures: true };
const ending = aMeetingWith({
  spec: { context: { userId: 'user-1', botId: 'bot-1', eventId: 'event-1' } },
  status: {
    phase: 'Finalizing',
    reason: 'HostEnded',
    attributedTo: 'Host',
    joinedAt: at(1000),
    attempts: [anEndedAttempt('HostEnded')],
  },
});

describe('the body of recording-complete', () => {
  it("has the old bot's fields in its order, then ours", () => {
    const body = webhookBody(to.settled(ending, aWholeLook(), CREATED + 60_000, policy), options);

    expect(causesOf(WebhookBody, body)).toEqual([]);
    expect(Object.keys(body).slice(0, 6)).toEqual([
      ...['recordingId', 'meetingLink', 'status', 'blobUrl', 'timestamp', 'metadata'],
    ]);
    expect(body).toMatchObject({
      recordingId: ending.metadata.uid,
      status: 'completed',
      timestamp: at(60_000),
      metadata: {
        ...{ userId: 'user-1', teamId: '', botId: 'bot-1', contentType: 'video/mp4', uploaderType: 's3' },
        ...{ duration: 600, coverage: 1, outcome: 'Complete', reason: 'HostEnded' },
        storage: { provider: 's3', bucket: 'recordings', duration: 600, sizeBytes: 1_000_000, forcePathStyle: false },
      },
    });
  });

  it('is the same for every try and every resend', () => {
    const first = to.settled(ending, aWholeLook(), CREATED + 60_000, policy);
    const tried = to.deliveryRecorded(first, { kind: 'answered', statusCode: 500 }, 0.5, CREATED + 90_000, policy);
    const again = to.resendBegun(to.finished(tried, 'gaveUp', CREATED + 100_000), CREATED + 200_000);

    for (const later of [tried, again]) expect(webhookBody(later, options)).toEqual(webhookBody(first, options));
  });

  it('is sent for a partial recording too, with its coverage', () => {
    const look = aWholeLook({ missingSeconds: 120 });
    if (look.kind !== 'whole') throw new Error('it is whole');
    const partial = { ...look, recording: { ...look.recording, coverage: 0.8 } };
    const settled = to.settled(ending, partial, CREATED + 60_000, policy);

    expect(settled.status).toMatchObject({ phase: 'Notifying', outcome: 'Partial' });
    expect(webhookBody(settled, options)).toMatchObject({
      status: 'completed',
      metadata: { coverage: 0.8, outcome: 'Partial' },
    });
  });

  it('tells of a failure by its reason, without any place of a recording', () => {
    const denied = aMeetingWith({
      status: { phase: 'Finalizing', reason: 'LobbyDenied', message: 'the host said no', attempts: [] },
    });
    const body = webhookBody(to.settled(denied, { kind: 'none' }, CREATED + 60_000, policy), options);

    expect(causesOf(WebhookBody, body)).toEqual([]);
    expect(body).toMatchObject({ status: 'failed', error: { type: 'LobbyDenied', message: 'the host said no' } });
    expect(body).not.toHaveProperty('blobUrl');
    expect(body.metadata).not.toHaveProperty('storage');
  });
});
