import { isDeepStrictEqual } from 'node:util';
import { badRequest } from './status-error.ts';

type Json = unknown;
type JsonObject = Record<string, Json>;

const isObject = (value: Json): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** RFC 7386: null deletes, objects are merged, everything else replaces. The target is not changed. */
export function mergePatch(target: Json, patch: Json): Json {
  if (!isObject(patch)) return patch;
  const result: JsonObject = isObject(target) ? { ...target } : {};
  for (const [name, value] of Object.entries(patch)) {
    if (value === null) delete result[name];
    else result[name] = mergePatch(result[name], value);
  }
  return result;
}

/** A JSON patch that does not fit the object: its path is not there, or its test fails. */
export class PatchMismatch extends Error {
  override readonly name = 'PatchMismatch';
}

const MAX_OPERATIONS = 1000;

/**
 * RFC 6902. The target is not changed.
 * @throws ApiError `BadRequest` for what is no JSON patch, PatchMismatch for one that does not fit
 */
export function jsonPatch(target: Json, patch: Json): Json {
  if (!Array.isArray(patch)) throw badRequest('a JSON patch is an array of operations');
  if (patch.length > MAX_OPERATIONS) throw badRequest(`a JSON patch has at most ${MAX_OPERATIONS} operations`);
  let document = structuredClone(target);
  for (const operation of patch) document = apply(document, operation);
  return document;
}

function apply(document: Json, operation: Json): Json {
  if (!isObject(operation)) throw badRequest('an operation of a JSON patch is an object');
  const { op, path, from, value } = operation;
  const at = pointer(path, 'path');
  switch (op) {
    case 'add':
      return put(document, at, required(operation, 'value'), 'add');
    case 'replace':
      return put(document, at, required(operation, 'value'), 'replace');
    case 'remove':
      return remove(document, at);
    case 'move': {
      const source = pointer(from, 'from');
      const moved = get(document, source);
      return put(remove(document, source), at, moved, 'add');
    }
    case 'copy':
      return put(document, at, structuredClone(get(document, pointer(from, 'from'))), 'add');
    case 'test':
      if (!isDeepStrictEqual(get(document, at), value)) throw new PatchMismatch(`test of ${String(path)} failed`);
      return document;
    default:
      throw badRequest(`unknown operation of a JSON patch: ${JSON.stringify(op)}`);
  }
}

function required(operation: JsonObject, name: string): Json {
  if (!Object.hasOwn(operation, name)) throw badRequest(`an operation of a JSON patch lacks ${name}`);
  return operation[name];
}

function pointer(text: Json, name: string): string[] {
  if (text === '') return [];
  if (typeof text !== 'string' || !text.startsWith('/')) {
    throw badRequest(`${name} of a JSON patch: expected a JSON pointer, as /spec/stop`);
  }
  return text
    .slice(1)
    .split('/')
    .map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'));
}

function get(document: Json, path: readonly string[]): Json {
  return path.reduce<Json>((node, part) => {
    if (Array.isArray(node)) return node[indexIn(node, part, node.length - 1)];
    if (isObject(node) && Object.hasOwn(node, part)) return node[part];
    throw new PatchMismatch(`there is no /${path.join('/')}`);
  }, document);
}

function put(document: Json, path: readonly string[], value: Json, op: 'add' | 'replace'): Json {
  const last = path.at(-1);
  if (last === undefined) return value;
  const parent = get(document, path.slice(0, -1));
  if (Array.isArray(parent)) {
    if (op === 'replace') parent[indexIn(parent, last, parent.length - 1)] = value;
    else parent.splice(last === '-' ? parent.length : indexIn(parent, last, parent.length), 0, value);
  } else if (isObject(parent) && (op === 'add' || Object.hasOwn(parent, last))) {
    // Not by assignment: a key named __proto__ would change the object's nature.
    Object.defineProperty(parent, last, { value, writable: true, enumerable: true, configurable: true });
  } else {
    throw new PatchMismatch(`there is no /${path.join('/')}`);
  }
  return document;
}

function remove(document: Json, path: readonly string[]): Json {
  const last = path.at(-1);
  if (last === undefined) throw new PatchMismatch('the whole object can not be removed');
  const parent = get(document, path.slice(0, -1));
  if (Array.isArray(parent)) parent.splice(indexIn(parent, last, parent.length - 1), 1);
  else if (isObject(parent) && Object.hasOwn(parent, last)) delete parent[last];
  else throw new PatchMismatch(`there is no /${path.join('/')}`);
  return document;
}

function indexIn(array: readonly Json[], part: string, highest: number): number {
  const index = /^(0|[1-9]\d{0,8})$/.test(part) ? Number(part) : -1;
  if (index < 0 || index > highest) throw new PatchMismatch(`there is no index ${part} in ${array.length} items`);
  return index;
}
