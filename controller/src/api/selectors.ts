import type { Selectable } from '../watch/change.ts';
import { badRequest } from './status-error.ts';

export type Matcher = (meeting: Selectable) => boolean;

const KEY = '(?:[A-Za-z0-9.-]+/)?[A-Za-z0-9](?:[-A-Za-z0-9_.]*[A-Za-z0-9])?';
const EQUALITY = new RegExp(`^(${KEY})\\s*(==|=|!=)\\s*([-A-Za-z0-9_.]*)$`);
const SET = new RegExp(`^(${KEY})\\s+(in|notin)\\s*\\(([^()]*)\\)$`);
const EXISTS = new RegExp(`^(!?)\\s*(${KEY})$`);

/**
 * A label selector in Kubernetes' syntax: `a=b`, `a==b`, `a!=b`, `a in (b,c)`, `a notin (b,c)`, `a`, `!a`,
 * joined by commas. As there, `!=` and `notin` take a Meeting without the label too.
 * @throws ApiError `BadRequest`
 */
export function labelSelector(text: string): Matcher {
  // Commas inside of parentheses belong to a set.
  const parts = text.split(/,(?![^(]*\))/).map((part) => part.trim());
  const matchers = parts.filter((part) => part !== '').map(labelRequirement);
  return (meeting) => matchers.every((matches) => matches(meeting));
}

function labelRequirement(part: string): Matcher {
  const equality = EQUALITY.exec(part);
  if (equality !== null) {
    const [, key = '', operator, value] = equality;
    return (meeting) => (labelOf(meeting, key) === value) === (operator !== '!=');
  }
  const set = SET.exec(part);
  if (set !== null) {
    const [, key = '', operator, list = ''] = set;
    const values = new Set<string | undefined>(list.split(',').map((value) => value.trim()));
    return (meeting) => values.has(labelOf(meeting, key)) === (operator === 'in');
  }
  const exists = EXISTS.exec(part);
  if (exists !== null) {
    const [, not, key = ''] = exists;
    return (meeting) => (labelOf(meeting, key) !== undefined) === (not === '');
  }
  throw badRequest(`labelSelector: unable to parse ${JSON.stringify(part)}`);
}

function labelOf(meeting: Selectable, key: string): string | undefined {
  const labels = meeting.metadata.labels;
  return labels !== undefined && Object.hasOwn(labels, key) ? labels[key] : undefined;
}

const MEETING_FIELDS: Fields<Selectable> = {
  'metadata.name': ({ metadata }) => metadata.name,
  'metadata.namespace': ({ metadata }) => metadata.namespace,
  'status.phase': ({ status }) => status.phase,
};

/** What a field selector may name of a thing, and where that is. */
export type Fields<T> = Readonly<Record<string, (item: T) => string>>;

export interface FieldSelector<T> {
  matches(item: T): boolean;
  /** The one value it lets through of a field, where it says so. */
  valueOf(field: string): string | undefined;
}

/** A field selector for Meetings. @throws ApiError `BadRequest` */
export const meetingFieldSelector = (text: string): FieldSelector<Selectable> => fieldSelector(text, MEETING_FIELDS);

/**
 * A field selector: `field=value`, `==` or `!=`, joined by commas.
 * @throws ApiError `BadRequest` for what can't be read and for other fields
 */
export function fieldSelector<T>(text: string, fields: Fields<T>): FieldSelector<T> {
  const requirements = text
    .split(',')
    .filter((part) => part.trim() !== '')
    .map((part) => {
      const [, field = '', operator, value = ''] = /^\s*([A-Za-z.]+)\s*(==|=|!=)\s*(\S*)\s*$/.exec(part) ?? [];
      const read = Object.hasOwn(fields, field) ? fields[field] : undefined;
      if (read === undefined) {
        throw badRequest(
          `fieldSelector: ${JSON.stringify(part)}: expected one of ${Object.keys(fields).join(', ')} with =, == or !=`,
        );
      }
      const isEqual = operator !== '!=';
      return { field, value, isEqual, matches: (item: T) => (read(item) === value) === isEqual };
    });
  return {
    matches: (item) => requirements.every(({ matches }) => matches(item)),
    valueOf: (field) => requirements.find((one) => one.field === field && one.isEqual)?.value,
  };
}
