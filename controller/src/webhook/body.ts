import type { Meeting, WebhookBody } from '@meetingbot/crds-schema';

export interface WebhookBodyOptions {
  endpoint?: string;
  forcePathStyle: boolean;
}

/**
 * The body of `recording-complete`: the old bot's fields in its order, then ours. It follows from the Meeting alone, so
 * that every try and every resend says the same: `timestamp` is when the recording was verified, or known not to be.
 * Source: facts of the old bot's notificationService and disk-uploader.
 */
export function webhookBody(meeting: Meeting, options: WebhookBodyOptions): WebhookBody {
  const { status, spec, metadata } = meeting;
  const { recording, reason, outcome } = status;
  const context = spec.context ?? {};
  const verifiedAt = status.conditions.find(({ type }) => type === 'Uploaded')?.lastTransitionTime;
  const duration = recording === undefined ? undefined : Math.round(recording.durationSeconds);
  return {
    recordingId: metadata.uid,
    meetingLink: spec.url,
    status: recording === undefined ? 'failed' : 'completed',
    ...(recording === undefined ? {} : { blobUrl: recording.url }),
    timestamp: verifiedAt ?? metadata.creationTimestamp,
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
              sizeBytes: recording.sizeBytes,
              ...(recording.checksumCRC32 === undefined ? {} : { checksumCRC32: recording.checksumCRC32 }),
            },
          }),
    },
    meeting: { namespace: metadata.namespace, name: metadata.name, uid: metadata.uid },
    ...(recording === undefined && reason !== undefined
      ? { error: { type: reason, message: status.message ?? reason } }
      : {}),
  };
}
