import type { TSchema } from 'typebox';
import { Compile, type Validator } from 'typebox/compile';
import { Format } from 'typebox/format';
import { Settings } from 'typebox/system';
import { parseMeetingUrl } from './meeting-url.ts';
import { parseSecretPlace, SECRET_PLACE_FORM } from './secret-arn.ts';

/** TypeBox stops at 8 by default, and then a union's own error is missing. */
Settings.Set({ maxErrors: 200 });

Format.Set('meeting-url', (text) => parseMeetingUrl(text) !== undefined);
Format.Set('secret-place', (text) => parseSecretPlace(text) !== undefined);

/** One thing that is wrong with one field, in the words of Kubernetes' `Status.details.causes`. */
export interface FieldCause {
  reason: 'FieldValueInvalid' | 'FieldValueRequired' | 'FieldValueNotSupported' | 'FieldValueForbidden';
  /** What was expected and what came. */
  message: string;
  /** As `spec.leave.aloneSeconds` or `spec.join.steps[0]`. */
  field: string;
}

const compiled = new WeakMap<TSchema, Validator>();

function validatorOf(schema: TSchema): Validator {
  let validator = compiled.get(schema);
  if (validator === undefined) {
    validator = Compile(schema);
    compiled.set(schema, validator);
  }
  return validator;
}

/**
 * What is wrong with `value`, one cause a field, in document order; empty when it is valid.
 * @param root - name put before every field, as `spec`
 */
export function causesOf(schema: TSchema, value: unknown, root = ''): FieldCause[] {
  const validator = validatorOf(schema);
  if (validator.Check(value)) return [];
  const byField = new Map<string, FieldCause>();
  for (const error of validator.Errors(value)) {
    for (const cause of toCauses(error, schema, value, root)) {
      if (!byField.has(cause.field)) byField.set(cause.field, cause);
    }
  }
  const causes = [...byField.values()];
  // A failed union reports each of its branches below it: the union's own cause says it in one line.
  const unions = causes.filter((cause) => cause.message.startsWith('expected one of the forms'));
  return causes.filter(
    (cause) =>
      unions.includes(cause) ||
      !unions.some((union) => cause.field.startsWith(`${union.field}.`) || cause.field.startsWith(`${union.field}[`)),
  );
}

/** A cause in one line without the value that came: for what may be a secret. */
export function withoutValue({ field, message }: FieldCause): string {
  return `${field}: ${message.replace(/, got [\s\S]*$/, '')}`;
}

type SchemaError = ReturnType<Validator['Errors']>[number];

function toCauses(error: SchemaError, schema: TSchema, value: unknown, root: string): FieldCause[] {
  const field = fieldName(error.instancePath, root);
  const got = shownValue(at(value, error.instancePath));
  switch (error.keyword) {
    case 'required':
      return error.params.requiredProperties.map((name) => ({
        reason: 'FieldValueRequired',
        message: 'required',
        field: fieldName(`${error.instancePath}/${name}`, root),
      }));
    case 'additionalProperties':
      return error.params.additionalProperties.map((name) => ({
        reason: 'FieldValueForbidden',
        message: `unknown field; expected one of ${knownFields(schema, error.instancePath).join(', ')}`,
        field: fieldName(`${error.instancePath}/${name}`, root),
      }));
    case 'boolean':
      return [];
    case 'enum':
      return [
        {
          reason: 'FieldValueNotSupported',
          message: `expected one of ${error.params.allowedValues.map(String).join(', ')}, got ${got}`,
          field,
        },
      ];
    case 'const':
      return [
        {
          reason: 'FieldValueNotSupported',
          message: `expected ${JSON.stringify(error.params.allowedValue)}, got ${got}`,
          field,
        },
      ];
    case 'anyOf':
      return [{ reason: 'FieldValueInvalid', message: `expected one of the forms it may have, got ${got}`, field }];
    case 'format':
      return [
        {
          reason: 'FieldValueInvalid',
          message: `${formatHint(error.params.format)}, got ${got}`,
          field,
        },
      ];
    default:
      return [{ reason: 'FieldValueInvalid', message: `${error.message}, got ${got}`, field }];
  }
}

function formatHint(format: string): string {
  switch (format) {
    case 'meeting-url':
      return 'expected an absolute http or https URL without a password, as https://meet.example.com/room';
    case 'secret-place':
      return `expected ${SECRET_PLACE_FORM}`;
    case 'date-time':
      return 'expected a time as 2026-02-06T15:00:00Z';
    default:
      return `expected format ${format}`;
  }
}

function segments(path: string): string[] {
  return path
    .split('/')
    .slice(1)
    .map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'));
}

function fieldName(path: string, root: string): string {
  const name = segments(path).reduce(
    (before, part) => (/^\d+$/.test(part) ? `${before}[${part}]` : `${before}.${part}`),
    root,
  );
  return name.replace(/^\./, '');
}

function at(value: unknown, path: string): unknown {
  return segments(path).reduce<unknown>(
    (inner, part) =>
      typeof inner === 'object' && inner !== null ? (inner as Record<string, unknown>)[part] : undefined,
    value,
  );
}

function knownFields(schema: TSchema, path: string): string[] {
  const inner = segments(path).reduce<Record<string, unknown>>(
    (node, part) => {
      const properties = (node['properties'] ?? {}) as Record<string, Record<string, unknown>>;
      return properties[part] ?? ((node['items'] ?? {}) as Record<string, unknown>);
    },
    schema as Record<string, unknown>,
  );
  return Object.keys((inner['properties'] ?? {}) as object);
}

/** A value for an error, short. What may hold a passcode (a URL, or whatever was sent in place of one) is only named. */
export function shownValue(value: unknown): string {
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'object' && value !== null) return 'an object';
  if (typeof value === 'string' && /:\/\/|[?#@]/.test(value)) return 'another text';
  const text = JSON.stringify(value) ?? 'nothing';
  return text.length > 80 ? `${text.slice(0, 77)}…` : text;
}
