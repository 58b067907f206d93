import type { FastifyInstance } from 'fastify';
import { badRequest } from './status-error.ts';

export const JSON_TYPE = 'application/json';
export const MERGE_PATCH = 'application/merge-patch+json';
export const JSON_PATCH = 'application/json-patch+json';

/** Deeper than any Meeting; what recurses over a body later has a bound. */
const MAX_DEPTH = 32;

/** JSON in its three names; an empty body is no body, as kubectl and curl send it with DELETE. */
export function addBodyParsers(app: FastifyInstance): void {
  const parse = app.getDefaultJsonParser('error', 'error');
  app.removeAllContentTypeParsers();
  app.addContentTypeParser([JSON_TYPE, MERGE_PATCH, JSON_PATCH], { parseAs: 'string' }, (request, text, done) => {
    if (text.length === 0) {
      done(null, undefined);
      return;
    }
    // Typed as if it could return a promise too; it calls back.
    void parse(request, text as string, (error, body: unknown) => {
      if (error !== null) done(badRequest(`the body is not JSON: ${error.message}`));
      else if (isDeeper(body, MAX_DEPTH)) done(badRequest(`the body is nested deeper than ${MAX_DEPTH} levels`));
      else done(null, body);
    });
  });
}

/** The media type of a body, without its parameters. */
export function mediaType(header: string | undefined): string {
  return (header ?? '').split(';', 1)[0]?.trim().toLowerCase() ?? '';
}

function isDeeper(value: unknown, levels: number): boolean {
  if (typeof value !== 'object' || value === null) return false;
  if (levels === 0) return true;
  return Object.values(value).some((inner) => isDeeper(inner, levels - 1));
}
