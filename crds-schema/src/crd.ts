import { MeetingSpec } from './meeting-spec.ts';
import { MeetingStatus } from './meeting-status.ts';
import { GROUP, IMMUTABLE_RULES, KIND, PLURAL, SHORT_NAME, SINGULAR, VERSION } from './vocabulary.ts';

type Schema = Record<string, unknown>;

/** What `kubectl get` prints; priority 1 is for `-o wide` only. */
export const PRINTER_COLUMNS = [
  { name: 'Platform', type: 'string', jsonPath: '.spec.platform', priority: 0 },
  { name: 'Phase', type: 'string', jsonPath: '.status.phase', priority: 0 },
  { name: 'Outcome', type: 'string', jsonPath: '.status.outcome', priority: 0 },
  { name: 'Reason', type: 'string', jsonPath: '.status.reason', priority: 0 },
  { name: 'Recorded', type: 'number', jsonPath: '.status.recording.durationSeconds', priority: 0 },
  { name: 'Age', type: 'date', jsonPath: '.metadata.creationTimestamp', priority: 0 },
  { name: 'Url', type: 'string', jsonPath: '.spec.url', priority: 1 },
] as const;

/**
 * The Meeting as a CustomResourceDefinition, for clusters and tools that want one. Kubernetes takes structural
 * schemas only: no `const`, no `additionalProperties` beside `properties`, unions as `anyOf` over one set of fields.
 * Source: Kubernetes documentation, "Specifying a structural schema".
 */
export function customResourceDefinition(): Schema {
  const spec = structural(MeetingSpec as unknown as Schema);
  return {
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: { name: `${PLURAL}.${GROUP}` },
    spec: {
      group: GROUP,
      scope: 'Namespaced',
      names: { kind: KIND, listKind: `${KIND}List`, plural: PLURAL, singular: SINGULAR, shortNames: [SHORT_NAME] },
      versions: [
        {
          name: VERSION,
          served: true,
          storage: true,
          subresources: { status: {} },
          additionalPrinterColumns: PRINTER_COLUMNS,
          schema: {
            openAPIV3Schema: {
              type: 'object',
              description: 'A meeting that is to be recorded.',
              required: ['spec'],
              properties: {
                apiVersion: { type: 'string' },
                kind: { type: 'string' },
                metadata: { type: 'object' },
                spec: { ...spec, 'x-kubernetes-validations': IMMUTABLE_RULES },
                status: structural(MeetingStatus as unknown as Schema),
              },
            },
          },
        },
      ],
    },
  };
}

/** A JSON Schema in the form that Kubernetes takes. */
export function structural(schema: Schema): Schema {
  const { additionalProperties, anyOf, const: constant, format, ...rest } = schema;
  const out: Schema = { ...rest };
  if (format === 'date-time') out['format'] = format;
  if (constant !== undefined) out['enum'] = [constant];
  if (anyOf !== undefined) Object.assign(out, union(anyOf as Schema[]));
  if (rest['properties'] !== undefined) {
    out['properties'] = mapValues(rest['properties'] as Record<string, Schema>, structural);
  } else if (typeof additionalProperties === 'object') {
    out['additionalProperties'] = structural(additionalProperties as Schema);
  }
  if (rest['items'] !== undefined) out['items'] = structural(rest['items'] as Schema);
  return out;
}

/** Forms of an object become one set of fields, and which of them are required together. */
function union(forms: Schema[]): Schema {
  const properties = Object.assign({}, ...forms.map((form) => form['properties']));
  return {
    type: 'object',
    properties: mapValues(properties, structural),
    anyOf: forms.map((form) => ({ required: form['required'] })),
  };
}

function mapValues<T, U>(record: Record<string, T>, map: (value: T) => U): Record<string, U> {
  return Object.fromEntries(Object.entries(record).map(([name, value]) => [name, map(value)]));
}
