import type { Meeting, WebhookBody } from '@meetingbot/crds-schema';
import { timestamp } from '../reconcile/time.ts';

export interface WebhookBodyOptions {
  endpoint?: string;
  forcePathStyle: boolean;
}

/**
 * The body of `recording-complete`: the old bot's fields in its order, then ours.
 * Source: facts of the old bot's notificationService and disk-uploader.
 * @param now - milliseconds since the epoch
 */
export function webhookBody(meeting: Meeting, now: number, options: WebhookBodyOptions): WebhookBody {
  const { status, spec, metadata } = meeting;
  const { recording, reason, outcome } = status;
  const context = spec.context ?? {};
  const duration = recording === undefined ? undefined : Math.round(recording.durationSeconds);
  return {
    recordingId: metadata.uid,
    meetingLink: spec.url,
    status: recording === undefined ? 'failed' : 'completed',
    ...(recording === undefined ? {} : { blobUrl: recording.url }),
    timestamp: timestamp(now),
    metadata: {
      userId: context.userId ?? '',
      teamId: context.teamId ?? '',
      botId: context.botId ?? '',
      ...(context.eventId === undefined ? {} : { eventId: context.eventId }),
      ...(context.timezone === undefined ? {} : { timezone: context.timezone }),
      ...(recording === undefined ? {} : { contentType: recording.contentType }),
      uploaderType: 's3',
      ...(duration === undefined ? {} : { duration }),
      ...(recording === undefined ? {} : { coverage: recording.coverage }),
      ...(outcome === undefined ? {} : { outcome }),
      ...(reason === undefined ? {} : { reason }),
      ...(recording?.audioKey === undefined ? {} : { audioKey: recording.audioKey }),
      ...(recording === undefined || duration === undefined
        ? {}
        : {
            storage: {
              provider: 's3',
              bucket: recording.bucket,
              key: recording.key,
              region: recording.region,
              ...(options.endpoint === undefined ? {} : { endpoint: options.endpoint }),
              forcePathStyle: options.forcePathStyle,
              url: recording.url,
              duration,
            },
          }),
    },
    meeting: { namespace: metadata.namespace, name: metadata.name, uid: metadata.uid },
    ...(recording === undefined && reason !== undefined
      ? { error: { type: reason, message: status.message ?? reason } }
      : {}),
  };
}
