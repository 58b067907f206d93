import type { FastifyBodyParser, FastifyInstance } from 'fastify';
import { parse as parseYaml } from 'yaml';
import { badRequest } from './status-error.ts';

export const JSON_TYPE = 'application/json';
export const YAML_TYPE = 'application/yaml';
export const MERGE_PATCH = 'application/merge-patch+json';
export const JSON_PATCH = 'application/json-patch+json';

/** Deeper than any Meeting; what recurses over a body later has a bound. */
const MAX_DEPTH = 32;

/** An alias may make a small text a large body; kubectl writes none. */
const MAX_ALIASES = 10;

/** JSON in its three names, and YAML; an empty body is no body, as kubectl and curl send it with DELETE. */
export function addBodyParsers(app: FastifyInstance): void {
  const parse = app.getDefaultJsonParser('error', 'error');
  app.removeAllContentTypeParsers();
  const take =
    (toJson: (text: string) => string): FastifyBodyParser<string> =>
    (request, text, done) => {
      if (text.length === 0) {
        done(null, undefined);
        return;
      }
      let json: string;
      try {
        json = toJson(text);
      } catch (error) {
        done(badRequest(`the body is not YAML${placeOf(error as Error)}`));
        return;
      }
      // Typed as if it could return a promise too; it calls back.
      void parse(request, json, (error, body: unknown) => {
        if (error !== null) done(badRequest(`the body is not JSON${placeOf(error)}`));
        else if (isDeeper(body, MAX_DEPTH)) done(badRequest(`the body is nested deeper than ${MAX_DEPTH} levels`));
        else done(null, body);
      });
    };
  app.addContentTypeParser(
    [JSON_TYPE, MERGE_PATCH, JSON_PATCH],
    { parseAs: 'string' },
    take((text) => text),
  );
  // By way of JSON, so that the same is refused as there.
  app.addContentTypeParser(
    YAML_TYPE,
    { parseAs: 'string' },
    take((text) => JSON.stringify(yamlOf(text)) ?? 'null'),
  );
}

/** Where a parser stopped. Its own words quote the body, which may hold a token or a passcode. */
function placeOf({ message }: Error): string {
  const [place] = /at position \d+|at line \d+, column \d+/.exec(message) ?? [];
  return place === undefined ? '' : `: it ends, or makes no sense, ${place}`;
}

/** @throws Error in one line for what is not one document of plain YAML */
function yamlOf(text: string): unknown {
  return parseYaml(text, { maxAliasCount: MAX_ALIASES, prettyErrors: false, logLevel: 'error', customTags: [] });
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
