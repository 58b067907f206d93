import { ApiError } from './status-error.ts';

/** The form of an answer: the object itself, or a table of a version of meta.k8s.io. */
export type Form = { kind: 'object' } | { kind: 'table'; version: string };

/**
 * The first form of an Accept header that we have; kubectl writes its wish first and what it can do with after it.
 * @throws ApiError `NotAcceptable`
 */
export function acceptedForm(header: string | undefined): Form {
  if (header === undefined || header.trim() === '') return { kind: 'object' };
  for (const alternative of header.split(',')) {
    const [type = '', ...parameters] = alternative.split(';').map((part) => part.trim().toLowerCase());
    if (type !== 'application/json' && type !== 'application/*' && type !== '*/*') continue;
    const given = new Map(parameters.map((parameter) => parameter.split('=', 2) as [string, string]));
    const as = given.get('as');
    if (as === undefined) return { kind: 'object' };
    const version = given.get('v') ?? '';
    if (as === 'table' && given.get('g') === 'meta.k8s.io' && ['v1', 'v1beta1'].includes(version)) {
      return { kind: 'table', version };
    }
  }
  throw new ApiError('NotAcceptable', 'only the following media types are accepted: application/json');
}
