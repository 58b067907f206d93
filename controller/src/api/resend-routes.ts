import { isTerminal, type Meeting, RESEND_ANNOTATION } from '@meetingbot/crds-schema';
import type { FastifyInstance } from 'fastify';
import { etagOf } from './conditional.ts';
import type { ApiDeps } from './deps.ts';
import { readMeeting } from './meeting-input.ts';
import { objectParams } from './meeting-read-routes.ts';
import type { MeetingService } from './meeting-service.ts';
import { mergePatch } from './patch.ts';
import { RESEND_PATH } from './paths.ts';
import { noteSubject } from './request-subject.ts';
import { shown } from './shown-meeting.ts';
import { conflict } from './status-error.ts';

/** POST of `/resend`: the webhook goes out once more, by the annotation that anybody may set by hand too. */
export function addResendRoutes(app: FastifyInstance, { ids, settings }: ApiDeps, service: MeetingService): void {
  const config = { access: { scope: 'meetings:write' } } as const;
  app.post<{ Params: { ns: string; name: string } }>(
    RESEND_PATH,
    { config, schema: { params: objectParams } },
    async (request, reply) => {
      const { ns: namespace, name } = request.params;
      const asked = { metadata: { annotations: { [RESEND_ANNOTATION]: ids.uid() } } };
      const { meeting } = await service.change(
        { namespace, name },
        (current) => {
          noteSubject(request, current);
          const problem = settings.NOTIFY_WEBHOOK_ENABLED === true ? problemOf(current) : 'no webhooks are sent here';
          if (problem !== undefined) throw conflict(name, problem);
          return readMeeting(mergePatch(shown(current), asked), { platform: current.spec.platform });
        },
        { dryRun: false },
      );
      return reply.code(202).header('etag', etagOf(meeting)).send(shown(meeting));
    },
  );
}

/** Why there is no webhook to be sent again. */
function problemOf({ metadata, status }: Meeting): string | undefined {
  if (metadata.deletionTimestamp !== undefined) return 'it is being deleted';
  const isTold = isTerminal(status.phase) || status.phase === 'Notifying';
  return isTold && status.outcome !== undefined
    ? undefined
    : `it is ${status.phase}: its webhook is sent when it is over`;
}
