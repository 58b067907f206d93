import type { FieldCause, ObjectMeta } from '@meetingbot/crds-schema';

const NAME = '[A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?';
const QUALIFIED_NAME = new RegExp(`^([a-z0-9]([-a-z0-9.]{0,251}[a-z0-9])?/)?${NAME}$`);
const LABEL_VALUE = new RegExp(`^(${NAME})?$`);

/** Kubernetes' rules for labels, annotations and finalizers, as far as a schema can't say them. */
export function metadataCauses(metadata: ObjectMeta): FieldCause[] {
  return [
    ...Object.keys(metadata.labels ?? {}).flatMap((key) => keyCause(key, 'metadata.labels')),
    ...Object.entries(metadata.labels ?? {}).flatMap(([key, value]) =>
      LABEL_VALUE.test(value)
        ? []
        : cause(
            `metadata.labels.${key}`,
            `expected at most 63 letters, digits, '-', '_' or '.', beginning and ending with a letter or digit, got ${JSON.stringify(value.slice(0, 80))}`,
          ),
    ),
    ...Object.keys(metadata.annotations ?? {}).flatMap((key) => keyCause(key, 'metadata.annotations')),
    ...(metadata.finalizers ?? []).flatMap((name, index) => keyCause(name, `metadata.finalizers[${index}]`)),
  ];
}

function keyCause(key: string, field: string): FieldCause[] {
  return QUALIFIED_NAME.test(key)
    ? []
    : cause(field, `expected a name or prefix/name as example.com/team, got ${JSON.stringify(key.slice(0, 80))}`);
}

function cause(field: string, message: string): FieldCause[] {
  return [{ reason: 'FieldValueInvalid', message, field }];
}
