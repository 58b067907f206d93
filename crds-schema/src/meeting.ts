import Type, { type Static } from 'typebox';
import type { MeetingEvent } from './meeting-event.ts';
import { type CompleteMeetingSpec, MeetingSpec, Timestamp } from './meeting-spec.ts';
import { MeetingStatus } from './meeting-status.ts';
import { API_VERSION, KIND } from './vocabulary.ts';

/** A DNS label, as Kubernetes wants names and namespaces; safe in S3 keys and in ECS's startedBy. */
export const NAME_PATTERN = '^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$';

const StringMap = Type.Record(Type.String(), Type.String());

/** Unknown metadata (managedFields, ownerReferences) is taken and dropped, as clients send it back unasked. */
export const ObjectMeta = Type.Object({
  name: Type.Optional(Type.String({ pattern: NAME_PATTERN })),
  generateName: Type.Optional(Type.String({ pattern: '^[a-z0-9]([-a-z0-9]{0,57})?$' })),
  namespace: Type.Optional(Type.String({ pattern: NAME_PATTERN })),
  uid: Type.Optional(Type.String()),
  generation: Type.Optional(Type.Integer()),
  resourceVersion: Type.Optional(Type.String()),
  creationTimestamp: Type.Optional(Type.Union([Timestamp('When it was created.'), Type.Null()])),
  deletionTimestamp: Type.Optional(Timestamp('When deletion was asked for.')),
  finalizers: Type.Optional(Type.Array(Type.String({ maxLength: 253 }), { maxItems: 16 })),
  labels: Type.Optional(StringMap),
  annotations: Type.Optional(StringMap),
});
export type ObjectMeta = Static<typeof ObjectMeta>;

/** A Meeting as a client writes it. */
export const MeetingInput = Type.Object(
  {
    apiVersion: Type.Optional(Type.Literal(API_VERSION)),
    kind: Type.Optional(Type.Literal(KIND)),
    metadata: Type.Optional(ObjectMeta),
    spec: MeetingSpec,
    status: Type.Optional(Type.Unknown()),
  },
  { additionalProperties: false },
);
export type MeetingInput = Static<typeof MeetingInput>;

/** A Meeting as the API shows it. */
export const MeetingSchema = Type.Object(
  {
    apiVersion: Type.Literal(API_VERSION),
    kind: Type.Literal(KIND),
    metadata: ObjectMeta,
    spec: MeetingSpec,
    status: Type.Optional(MeetingStatus),
  },
  { description: 'A meeting that is to be recorded.' },
);

/** Metadata as the store keeps it: complete. */
export interface StoredMeta {
  name: string;
  namespace: string;
  uid: string;
  /** Counts changes of the spec (and the request to delete), from 1. */
  generation: number;
  /** Opaque; changes with every write. */
  resourceVersion: string;
  creationTimestamp: string;
  deletionTimestamp?: string;
  finalizers?: string[];
  labels?: Record<string, string>;
  annotations?: Record<string, string>;
}

/** A Meeting as the store keeps it and the reconciler reads it: complete and valid. */
export interface Meeting {
  apiVersion: typeof API_VERSION;
  kind: typeof KIND;
  metadata: StoredMeta;
  spec: CompleteMeetingSpec;
  status: MeetingStatus;
  /** What happened to it, oldest first; kept beside it in the store and shown as events, not as a part of it. */
  events?: MeetingEvent[];
}

/** Namespace and name: the key of everything that is queued or stored. */
export interface MeetingKey {
  namespace: string;
  name: string;
}

export const keyOf = (meeting: { metadata: MeetingKey }): MeetingKey => ({
  namespace: meeting.metadata.namespace,
  name: meeting.metadata.name,
});
export const keyString = (key: MeetingKey): string => `${key.namespace}/${key.name}`;
