import { EcsError } from '../errors.ts';

export type JsonObject = Record<string, unknown>;

const kindOf = (value: unknown) => (Array.isArray(value) ? 'list' : typeof value);
const isObject = (value: unknown): value is JsonObject => kindOf(value) === 'object' && value !== null;

/**
 * Reads the members of a request by type. Absent and null are the same, unknown members are not looked at:
 * both as AWS JSON 1.1 has it. A member of another type is a SerializationException that names it.
 */
export class Fields {
  readonly raw: JsonObject;
  readonly #path: string;

  constructor(raw: JsonObject, path = '') {
    this.raw = raw;
    this.#path = path;
  }

  /** @throws EcsError SerializationException when `text` isn't a JSON object. An empty body is an empty object. */
  static parse(text: string): Fields {
    let value: unknown;
    try {
      value = text === '' ? {} : JSON.parse(text);
    } catch {
      throw new EcsError('SerializationException', 'The request body is not JSON.');
    }
    if (!isObject(value)) throw new EcsError('SerializationException', 'The request body is not a JSON object.');
    return new Fields(value);
  }

  string(name: string): string | undefined {
    const value = this.#value(name);
    return value === undefined || typeof value === 'string' ? value : this.#refuse(name, 'string', value);
  }

  integer(name: string): number | undefined {
    const value = this.#value(name);
    if (value === undefined || (typeof value === 'number' && Number.isSafeInteger(value))) return value;
    return this.#refuse(name, 'integer', value);
  }

  boolean(name: string): boolean | undefined {
    const value = this.#value(name);
    return value === undefined || typeof value === 'boolean' ? value : this.#refuse(name, 'boolean', value);
  }

  strings(name: string): string[] | undefined {
    const value = this.#value(name);
    if (value === undefined) return undefined;
    if (Array.isArray(value) && value.every((item) => typeof item === 'string')) return value;
    return this.#refuse(name, 'list of strings', value);
  }

  object(name: string): Fields | undefined {
    const value = this.#value(name);
    if (value === undefined) return undefined;
    return isObject(value) ? new Fields(value, this.#at(name)) : this.#refuse(name, 'structure', value);
  }

  objects(name: string): Fields[] | undefined {
    const value = this.#value(name);
    if (value === undefined) return undefined;
    if (!Array.isArray(value)) return this.#refuse(name, 'list', value);
    return value.map((item, index) => {
      const at = `${name}[${index}]`;
      return isObject(item) ? new Fields(item, this.#at(at)) : this.#refuse(at, 'structure', item);
    });
  }

  #value(name: string): unknown {
    return this.raw[name] ?? undefined;
  }

  #at(name: string): string {
    return this.#path === '' ? name : `${this.#path}.${name}`;
  }

  #refuse(name: string, expected: string, got: unknown): never {
    throw new EcsError('SerializationException', `${this.#at(name)}: expected a ${expected}, got a ${kindOf(got)}.`);
  }
}
