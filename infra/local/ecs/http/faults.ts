import { EcsError, invalidParameter } from '../errors.ts';
import { operations } from '../operations/index.ts';
import type { Fields } from '../protocol/fields.ts';

export const faultKinds = [
  'throttle',
  'error',
  'errorAfter',
  'dropBefore',
  'dropAfter',
  'hangAfter',
  'delay',
  'capacity',
  'delayedVisibility',
] as const;
export type FaultKind = (typeof faultKinds)[number];

/** Something that goes wrong with the next `times` calls of an operation. For tests only. */
export interface Fault {
  /** Name of the operation; `*` is any. */
  readonly operation: string;
  /**
   * `throttle`: ThrottlingException, no effect · `error`: an error (`code`, `message`, `status`; default ServerException 500), no effect ·
   * `errorAfter`: the same after the effect · `dropBefore`, `dropAfter`: the connection breaks without an answer, before or after the effect ·
   * `hangAfter`: effect, then no answer for `ms` (default: until the caller hangs up) · `delay`: effect, and the answer `ms` later ·
   * `capacity`: RunTask places nothing and tells so in `failures[]` (`message` is the reason) ·
   * `delayedVisibility`: List and Describe don't know the new tasks for `ms`.
   */
  readonly kind: FaultKind;
  /** How many calls it hits. Default: 1. */
  readonly times?: number;
  readonly code?: string;
  readonly message?: string;
  /** HTTP status of the error. Default: 500. */
  readonly status?: number;
  /** Milliseconds. */
  readonly ms?: number;
}

/** Faults that wait for their calls; the oldest that fits is taken first. */
export class Faults {
  readonly #waiting: { fault: Fault; left: number }[] = [];

  /** @throws EcsError InvalidParameterException for a fault that could never hit. */
  add(fault: Fault): void {
    if (fault.operation !== '*' && !operations.has(fault.operation)) {
      throw invalidParameter(
        `operation must be * or one of ${[...operations.keys()].join(', ')}; got ${fault.operation}`,
      );
    }
    if ((fault.kind === 'capacity' || fault.kind === 'delayedVisibility') && fault.operation !== 'RunTask') {
      throw invalidParameter(`${fault.kind} is a fault of RunTask; got ${fault.operation}`);
    }
    this.#waiting.push({ fault, left: fault.times ?? 1 });
  }

  take(operation: string): Fault | undefined {
    const index = this.#waiting.findIndex(({ fault }) => fault.operation === operation || fault.operation === '*');
    const found = this.#waiting[index];
    if (found === undefined) return undefined;
    found.left -= 1;
    if (found.left <= 0) this.#waiting.splice(index, 1);
    return found.fault;
  }

  /** Those that haven't been used up. */
  list(): Fault[] {
    return this.#waiting.map(({ fault, left }) => ({ ...fault, times: left }));
  }

  clear(): void {
    this.#waiting.length = 0;
  }
}

/** The error that a fault stands for. */
export const faultError = (fault: Fault): EcsError =>
  new EcsError(fault.code ?? 'ServerException', fault.message ?? 'Service Unavailable. Please try again later.', {
    status: fault.status ?? 500,
  });

/** Reads a fault from the body of `POST /_faults`. */
export function readFault(input: Fields): Fault {
  const kind = faultKinds.find((known) => known === input.string('kind'));
  if (kind === undefined)
    throw invalidParameter(`kind must be one of ${faultKinds.join(', ')}; got ${input.string('kind')}`);
  const members = {
    times: input.integer('times'),
    code: input.string('code'),
    message: input.string('message'),
    status: input.integer('status'),
    ms: input.integer('ms'),
  };
  const given = Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined));
  return { operation: input.string('operation') ?? '', kind, ...given };
}
