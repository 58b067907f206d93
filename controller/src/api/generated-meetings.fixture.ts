import { ANY_IDENTITY, MeetingInput, NAME_PATTERN } from '@meetingbot/crds-schema';
import fc from 'fast-check';

/** A node of a JSON Schema, as far as our schemas go. */
interface Schema {
  type?: string;
  enum?: unknown[];
  const?: unknown;
  anyOf?: Schema[];
  properties?: Record<string, Schema>;
  required?: string[];
  patternProperties?: Record<string, Schema>;
  items?: Schema;
  minItems?: number;
  maxItems?: number;
  minLength?: number;
  maxLength?: number;
  minimum?: number;
  maximum?: number;
  multipleOf?: number;
  pattern?: string;
  format?: string;
}

/** Longer texts and lists find nothing more and take longer. */
const ENOUGH = 40;

/** Values that a schema takes. */
export function validFor(schema: Schema): fc.Arbitrary<unknown> {
  if (schema.const !== undefined) return fc.constant(schema.const);
  if (schema.enum !== undefined) return fc.constantFrom(...schema.enum);
  if (schema.anyOf !== undefined) return fc.oneof(...schema.anyOf.map(validFor));
  switch (schema.type) {
    case 'object':
      return validObject(schema);
    case 'array':
      return fc.array(validFor(schema.items ?? {}), { maxLength: Math.min(5, schema.maxItems ?? 5) });
    case 'string':
      return validText(schema);
    case 'integer': {
      const { minimum = -1000, maximum = 100_000, multipleOf = 1 } = schema;
      const [min, max] = [Math.ceil(minimum / multipleOf), Math.floor(maximum / multipleOf)];
      return fc.oneof(fc.integer({ min, max }), fc.constantFrom(min, max)).map((value) => value * multipleOf);
    }
    case 'boolean':
      return fc.boolean();
    case 'null':
      return fc.constant(null);
    default:
      return fc.jsonValue({ maxDepth: 2 });
  }
}

function validObject({ properties = {}, required = [], patternProperties }: Schema): fc.Arbitrary<unknown> {
  if (patternProperties !== undefined) return fc.dictionary(labelKey, labelValue, { maxKeys: 4 });
  const fields = Object.fromEntries(Object.entries(properties).map(([name, schema]) => [name, validFor(schema)]));
  return fc.record(fields, { requiredKeys: required });
}

function validText({ format, pattern, minLength = 0, maxLength = ENOUGH }: Schema): fc.Arbitrary<string> {
  if (format === 'date-time') {
    const range = { min: new Date('1990-01-01'), max: new Date('2090-01-01'), noInvalidDate: true };
    return fc.date(range).map((date) => date.toISOString());
  }
  if (pattern !== undefined) return fc.stringMatching(new RegExp(pattern));
  return fc.string({ minLength, maxLength: Math.min(maxLength, minLength + ENOUGH), unit: 'grapheme' });
}

const name = fc.stringMatching(new RegExp(NAME_PATTERN));
const labelValue = fc.stringMatching(/^([A-Za-z0-9]([-A-Za-z0-9_.]{0,20}[A-Za-z0-9])?)?$/);
const labelKey = fc.stringMatching(/^([a-z0-9]{1,8}\.example\/)?[A-Za-z0-9]([-A-Za-z0-9_.]{0,20}[A-Za-z0-9])?$/);

/** A url and whose it is. */
const place = fc
  .tuple(
    fc.constantFrom(
      ['google-meet', 'https://meet.google.com/abc-defg-hij'],
      ['microsoft-teams', 'https://teams.microsoft.com/l/meetup-join/x'],
      ['zoom', 'https://us02web.zoom.us/j/1'],
      ['jitsi', 'https://meet.jit.si/Room'],
      ['web', 'https://talk.example.com/room'],
    ),
    fc.webQueryParameters({ size: 'small' }),
  )
  .map(([[platform = '', url], query]) => ({ platform, url: query === '' ? url : `${url}?${query}` }));

const { spec: specSchema, metadata: metadataSchema } = (MeetingInput as unknown as Required<Pick<Schema, 'properties'>>)
  .properties;
const { url: _url, platform: _platform, join, identity: _identity, ...otherFields } = specSchema?.properties ?? {};
const { labels, annotations } = metadataSchema?.properties ?? {};

/** Identities of the API that is asked: one of Google Meet, none of another platform. */
export const IDENTITIES = 'notes-1=google-meet:file:/notes-1.json';

/** Meetings that are as the schema wants them, and as the rules beside it want them: a platform with its own url. */
export const validMeeting = fc
  .record({
    place,
    spec: validFor({ type: 'object', properties: otherFields }),
    join: fc.option(validFor(join ?? {}), { nil: undefined }),
    identity: fc.constantFrom(undefined, ANY_IDENTITY, 'notes-1'),
    metadata: fc.record(
      { name, labels: validFor(labels ?? {}), annotations: validFor(annotations ?? {}) },
      { requiredKeys: ['name'] },
    ),
  })
  .map(({ place: { platform, url }, spec, join: plan, identity, metadata }) => ({
    metadata,
    spec: {
      ...(spec as Record<string, unknown>),
      url,
      ...(platform === 'google-meet' && identity !== undefined ? { identity } : {}),
      ...(platform === 'web' ? { platform, ...(plan === undefined ? {} : { join: plan }) } : {}),
    },
  }));

/** What no field takes, and what some do. */
const oddValue = fc.oneof(
  fc.jsonValue({ maxDepth: 3 }),
  fc.constantFrom<unknown>(
    null,
    '',
    -1,
    0,
    1e308,
    2 ** 53,
    true,
    [],
    {},
    '__proto__',
    'constructor',
    '\u0000',
    '\ud800',
  ),
  fc.string({ minLength: 5000, maxLength: 6000 }),
  fc.webUrl(),
  fc.constantFrom('http://127.0.0.1/', 'javascript:alert(1)', 'https://u:p@talk.example.com/', 'file:///etc/passwd'),
);

/** Meetings of which some places were overwritten, taken out or added to: most of them wrong, some still right. */
export const brokenMeeting = fc
  .tuple(
    validMeeting,
    fc.array(fc.tuple(fc.nat(), fc.constantFrom('set', 'drop', 'add'), fc.string(), oddValue), {
      minLength: 1,
      maxLength: 3,
    }),
  )
  .map(([meeting, changes]) => {
    const body = structuredClone(meeting) as Node;
    for (const [where, how, key, value] of changes) {
      const places = placesOf(body);
      const [parent, field] = places[where % places.length] ?? [body, 'spec'];
      if (how === 'set') put(parent, field, value);
      else if (how === 'drop') delete parent[field];
      else put(parent, key, value);
    }
    return body as Record<string, unknown>;
  });

type Node = Record<string, unknown>;

function placesOf(node: Node): [Node, string][] {
  return Object.entries(node).flatMap(([field, value]): [Node, string][] => [
    [node, field],
    ...(typeof value === 'object' && value !== null ? placesOf(value as Node) : []),
  ]);
}

/** Also a field `__proto__`, as JSON has it. */
function put(node: Node, field: string, value: unknown): void {
  Object.defineProperty(node, field, { value, enumerable: true, configurable: true, writable: true });
}
