import { isDeepStrictEqual } from 'node:util';
import {
  API_VERSION,
  type CompleteMeetingSpec,
  type FieldCause,
  KIND,
  type Meeting,
  type MeetingKey,
  SETTLED_SPEC_FIELDS,
  type StoredMeta,
  TASK_FINALIZER,
} from '@meetingbot/crds-schema';
import type { MeetingDraft } from './meeting-input.ts';
import { invalid } from './status-error.ts';

/** Times as Kubernetes writes them: whole seconds. */
export const timestampOf = (now: number): string => new Date(now).toISOString().replace(/\.\d{3}Z$/, 'Z');

/** A new Meeting; its version comes from the store. */
export function newMeeting(draft: MeetingDraft, key: MeetingKey, { uid, now }: { uid: string; now: number }): Meeting {
  return {
    apiVersion: API_VERSION,
    kind: KIND,
    metadata: {
      name: key.name,
      namespace: key.namespace,
      uid,
      generation: 1,
      resourceVersion: '',
      creationTimestamp: timestampOf(now),
      ...clientMetadata(draft, []),
    },
    spec: draft.spec,
    status: { phase: 'Pending', conditions: [], attempts: [] },
  };
}

/**
 * The Meeting as a client wants it: spec, labels, annotations and finalizers are the client's, the rest is ours.
 * @returns the same object when nothing changes
 * @throws ApiError `Invalid` for what may not change
 */
export function changedMeeting(current: Meeting, draft: MeetingDraft): Meeting {
  const causes = [...specCauses(current, draft.spec), ...finalizerCauses(current.metadata, draft)];
  if (causes.length > 0) throw invalid(current.metadata.name, causes);
  const sameSpec = isDeepStrictEqual(current.spec, draft.spec);
  const { labels: _l, annotations: _a, finalizers: _f, ...ours } = current.metadata;
  const metadata: StoredMeta = {
    ...ours,
    generation: ours.generation + (sameSpec ? 0 : 1),
    ...clientMetadata(draft, current.metadata.finalizers ?? []),
  };
  if (sameSpec && isDeepStrictEqual(metadata, current.metadata)) return current;
  return { ...current, metadata, spec: draft.spec };
}

/** The Meeting with deletion asked for; the same object when it had been before. */
export function deletedMeeting(current: Meeting, now: number): Meeting {
  if (current.metadata.deletionTimestamp !== undefined) return current;
  const { metadata } = current;
  return {
    ...current,
    metadata: { ...metadata, generation: metadata.generation + 1, deletionTimestamp: timestampOf(now) },
  };
}

/** Nothing holds it any more. */
export function isGone({ metadata }: Meeting): boolean {
  return metadata.deletionTimestamp !== undefined && (metadata.finalizers ?? []).length === 0;
}

function clientMetadata(
  { metadata }: MeetingDraft,
  stored: readonly string[],
): Pick<StoredMeta, 'labels' | 'annotations' | 'finalizers'> {
  // Our own finalizer is not the client's to give or take: without it a task could outlive its Meeting.
  const others = (metadata.finalizers ?? []).filter((name) => name !== TASK_FINALIZER);
  const finalizers = [...stored.filter((name) => name === TASK_FINALIZER), ...new Set(others)];
  return {
    ...(isEmpty(metadata.labels) ? {} : { labels: metadata.labels }),
    ...(isEmpty(metadata.annotations) ? {} : { annotations: metadata.annotations }),
    ...(finalizers.length === 0 ? {} : { finalizers }),
  };
}

function isEmpty(map: object | undefined): map is undefined {
  return map === undefined || Object.keys(map).length === 0;
}

const SETTLED: Record<keyof typeof SETTLED_SPEC_FIELDS, string> = {
  written: 'it may not change once written; create another Meeting',
  launched: 'it may not change once a recorder was launched; stop this Meeting and create another',
  over: 'it may not change once the Meeting is over',
};

function specCauses({ spec: before, status }: Meeting, after: CompleteMeetingSpec): FieldCause[] {
  const isSo = { written: true, launched: status.attempts.length > 0, over: status.reason !== undefined };
  const causes = (['written', 'launched', 'over'] as const).flatMap((when) =>
    SETTLED_SPEC_FIELDS[when]
      .filter((field) => isSo[when] && !isDeepStrictEqual(before[field], after[field]))
      .map((field): FieldCause => ({ reason: 'FieldValueForbidden', message: SETTLED[when], field: `spec.${field}` })),
  );
  if (before.stop === true && after.stop !== true) {
    causes.push({ reason: 'FieldValueForbidden', message: 'a stop can not be taken back', field: 'spec.stop' });
  }
  return causes;
}

function finalizerCauses(stored: StoredMeta, { metadata }: MeetingDraft): FieldCause[] {
  if (stored.deletionTimestamp === undefined) return [];
  const added = (metadata.finalizers ?? []).filter((name) => !stored.finalizers?.includes(name));
  if (added.length === 0) return [];
  const message = `none may be added once deletion was asked for, got ${added.join(', ')}`;
  return [{ reason: 'FieldValueForbidden', message, field: 'metadata.finalizers' }];
}
