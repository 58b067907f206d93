import { causesOf, KIND, type MeetingKey, RecorderReport } from '@meetingbot/crds-schema';
import type { FastifyInstance } from 'fastify';
import { MERGE_PATCH, mediaType } from './body-parser.ts';
import { objectParams } from './meeting-read-routes.ts';
import type { MeetingService } from './meeting-service.ts';
import { STATUS_PATH } from './paths.ts';
import { shown } from './shown-meeting.ts';
import { ApiError, badRequest, invalid, unsupportedMediaType } from './status-error.ts';

/** PATCH of `/status`: a recorder's word on its own Meeting. Nobody else writes a status through the API. */
export function addStatusRoutes(app: FastifyInstance, service: MeetingService): void {
  const config = { access: { scope: 'meetings:write', recorder: true } } as const;
  app.patch<{ Params: { ns: string; name: string } }>(
    STATUS_PATH,
    { config, schema: { params: objectParams } },
    async (request) => {
      const key: MeetingKey = { namespace: request.params.ns, name: request.params.name };
      const { principal } = request;
      if (principal?.kind !== 'recorder') {
        throw new ApiError('Forbidden', `the status of a ${KIND} is written by its own recorder only`);
      }
      if (mediaType(request.headers['content-type']) !== MERGE_PATCH) throw unsupportedMediaType([MERGE_PATCH]);
      const report = readReport(request.body, key.name);
      if (report.attempt !== principal.claims.attempt) {
        const message = `expected ${principal.claims.attempt}, the token's, got ${report.attempt}`;
        throw invalid(key.name, [{ reason: 'FieldValueInvalid', message, field: 'status.recorder.attempt' }]);
      }
      return shown(await service.report(key, principal.claims, report));
    },
  );
}

/**
 * Reads `{status: {recorder: …}}`.
 * @throws ApiError `BadRequest` or `Invalid`
 */
function readReport(body: unknown, name: string): RecorderReport {
  const status = fieldOf(body, 'status', '');
  const report = fieldOf(status, 'recorder', 'status.');
  const causes = causesOf(RecorderReport, report, 'status.recorder');
  if (causes.length > 0) throw invalid(name, causes);
  return report as RecorderReport;
}

function fieldOf(value: unknown, field: string, prefix: string): unknown {
  const isObject = typeof value === 'object' && value !== null && !Array.isArray(value);
  const names = isObject ? Object.keys(value) : [];
  if (names.length !== 1 || names[0] !== field) {
    throw badRequest(`a recorder writes ${prefix}${field} and nothing else there`);
  }
  return (value as Record<string, unknown>)[field];
}
