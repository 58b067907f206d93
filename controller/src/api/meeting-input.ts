import {
  API_VERSION,
  type CompleteMeetingSpec,
  causesOf,
  completeSpec,
  type FieldCause,
  KIND,
  ObjectMeta,
  type Platform,
  shownValue,
} from '@meetingbot/crds-schema';
import { metadataCauses } from './metadata-rules.ts';
import { badRequest, invalid } from './status-error.ts';

/** A Meeting as a client wrote it: checked, its spec complete. */
export interface MeetingDraft {
  metadata: ObjectMeta;
  spec: CompleteMeetingSpec;
  /** Fields that were dropped because nobody knows them. */
  warnings: string[];
}

export const FIELD_VALIDATIONS = ['Strict', 'Warn', 'Ignore'] as const;
export type FieldValidation = (typeof FIELD_VALIDATIONS)[number];

export interface ReadOptions {
  /** What becomes of unknown fields. @default Strict: they are refused */
  fieldValidation?: FieldValidation | undefined;
  /** Platform of the stored Meeting: what was derived once need not be said again. */
  platform?: Platform;
}

const TOP_LEVEL = ['apiVersion', 'kind', 'metadata', 'spec', 'status'];
type JsonObject = Record<string, unknown>;

const isObject = (value: unknown): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/**
 * Reads the body of a create or an update. Its status is not looked at.
 * @throws ApiError `BadRequest` for what is no Meeting, `Invalid` with one cause a field for a wrong one
 */
export function readMeeting(body: unknown, options: ReadOptions = {}): MeetingDraft {
  if (!isObject(body)) throw badRequest(`expected a ${KIND} as a JSON object`);
  expectSame('apiVersion', body['apiVersion'], API_VERSION);
  expectSame('kind', body['kind'], KIND);
  const { fieldValidation = 'Strict' } = options;
  const first = check(body, options);
  const unknown = first.causes.filter(isUnknownField);
  if (fieldValidation === 'Strict' || unknown.length === 0) return accept(body, first, []);
  const pruned = structuredClone(body);
  for (const { field } of unknown) prune(pruned, field);
  const warnings = fieldValidation === 'Warn' ? unknown.map(({ field }) => `unknown field "${field}"`) : [];
  return accept(body, check(pruned, options), warnings);
}

type Checked = { causes: FieldCause[]; metadata: ObjectMeta; spec?: CompleteMeetingSpec | undefined };

function check(body: JsonObject, { platform }: ReadOptions): Checked {
  const causes = Object.keys(body)
    .filter((name) => !TOP_LEVEL.includes(name))
    .map(
      (field): FieldCause => ({
        reason: 'FieldValueForbidden',
        message: `unknown field; expected one of ${TOP_LEVEL.join(', ')}`,
        field,
      }),
    );
  const metadata = (body['metadata'] ?? {}) as ObjectMeta;
  const wrong = causesOf(ObjectMeta, metadata, 'metadata');
  causes.push(...wrong, ...(wrong.length === 0 ? metadataCauses(metadata) : []));
  const given = body['spec'];
  if (given === undefined) {
    causes.push({ reason: 'FieldValueRequired', message: 'required', field: 'spec' });
    return { causes, metadata };
  }
  const result = completeSpec(isObject(given) && platform !== undefined ? { platform, ...given } : given);
  causes.push(...result.causes);
  return { causes, metadata, spec: result.spec };
}

function accept(body: JsonObject, { causes, metadata, spec }: Checked, warnings: string[]): MeetingDraft {
  if (causes.length > 0 || spec === undefined) throw invalid(nameOf(body), causes);
  return { metadata, spec, warnings };
}

/** The name for an error about a body, whatever it holds. */
export function nameOf(body: unknown): string {
  const metadata = isObject(body) && isObject(body['metadata']) ? body['metadata'] : {};
  const name = metadata['name'] ?? metadata['generateName'];
  return typeof name === 'string' ? name.slice(0, 253) : '';
}

function expectSame(field: string, got: unknown, wanted: string): void {
  if (got === undefined || got === wanted) return;
  throw badRequest(`the ${field} of the data (${shownValue(got)}) does not match the expected (${wanted})`);
}

function isUnknownField({ reason, message }: FieldCause): boolean {
  return reason === 'FieldValueForbidden' && message.startsWith('unknown field');
}

/** Takes `spec.leave.allone` out of an object. */
function prune(body: JsonObject, field: string): void {
  const path = field.split(/\.|\[(\d+)\]\.?/).filter((part): part is string => part !== undefined && part !== '');
  const last = path.pop();
  const parent = path.reduce<unknown>((node, part) => (node as JsonObject | undefined)?.[part], body);
  if (last !== undefined && isObject(parent)) delete parent[last];
}
