import type { Selection } from '../watch/meeting-watch.ts';
import { acceptedForm } from './accept.ts';
import { labelSelector, meetingFieldSelector } from './selectors.ts';
import { badRequest } from './status-error.ts';
import type { TableOptions } from './table.ts';
import type { WatchRequest } from './watch-session.ts';

/** The query of a list or a watch. */
export interface ListQuery {
  limit?: number;
  continue?: string;
  labelSelector?: string;
  fieldSelector?: string;
  resourceVersion?: string;
  watch?: string;
  timeoutSeconds?: number;
  allowWatchBookmarks?: string;
  sendInitialEvents?: string;
  includeObject?: TableOptions['include'];
}

export const includeObject = { type: 'string', enum: ['None', 'Metadata', 'Object'] };

const flag = { type: 'string', maxLength: 5 };
/** A boolean as Kubernetes takes it: all but `0` and `false` is true (apimachinery, Convert_Slice_string_To_bool). */
const isTrue = (value: string): boolean => !['0', 'false'].includes(value.toLowerCase());

export const listQuery = {
  type: 'object',
  properties: {
    limit: { type: 'integer', minimum: 0, maximum: 1_000_000 },
    continue: { type: 'string', maxLength: 512 },
    labelSelector: { type: 'string', maxLength: 4096 },
    fieldSelector: { type: 'string', maxLength: 4096 },
    resourceVersion: { type: 'string', maxLength: 32 },
    watch: flag,
    timeoutSeconds: { type: 'integer', minimum: 0, maximum: 86_400 },
    allowWatchBookmarks: flag,
    sendInitialEvents: flag,
    includeObject,
  },
};

export const isWatch = ({ watch = 'false' }: ListQuery): boolean => isTrue(watch);

/** @throws ApiError `BadRequest` for a selector that can't be read */
export function selectionOf(query: ListQuery, namespace: string | undefined): Selection {
  const byLabel = labelSelector(query.labelSelector ?? '');
  const byField = meetingFieldSelector(query.fieldSelector ?? '');
  return {
    namespace: namespace ?? byField.valueOf('metadata.namespace'),
    name: byField.valueOf('metadata.name'),
    matches: (meeting) => byField.matches(meeting) && byLabel(meeting),
  };
}

/** @throws ApiError `BadRequest` or `NotAcceptable` */
export function watchRequest(query: ListQuery, selection: Selection, accept: string | undefined): WatchRequest {
  const { allowWatchBookmarks = 'false', includeObject: include = 'Metadata' } = query;
  const form = acceptedForm(accept);
  return {
    selection,
    form: form.kind === 'object' ? form : { ...form, include },
    from: fromOf(query),
    wantsBookmarks: isTrue(allowWatchBookmarks),
    timeoutSeconds: query.timeoutSeconds || undefined,
  };
}

/**
 * Without a version and from 0 a watch begins with what there is; so it does where the client asks for it, whatever
 * the version: what there is now is never older.
 */
function fromOf({ resourceVersion = '', sendInitialEvents }: ListQuery): WatchRequest['from'] {
  const wantsList = sendInitialEvents === undefined ? undefined : isTrue(sendInitialEvents);
  if (wantsList === true) return { kind: 'list', isEndMarked: true };
  if (resourceVersion === '' || resourceVersion === '0') {
    return wantsList === false ? { kind: 'now' } : { kind: 'list', isEndMarked: false };
  }
  if (!/^[1-9]\d{0,15}$/.test(resourceVersion)) {
    throw badRequest(`resourceVersion: expected one that this API gave out, got ${JSON.stringify(resourceVersion)}`);
  }
  return { kind: 'version', version: Number(resourceVersion) };
}
