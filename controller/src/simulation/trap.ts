/**
 * Sources of time and chance that core code must not touch, replaced while a history runs: whoever reads one throws.
 * Libraries may: a caller is judged by its file, for the price of a stack.
 */
const OURS = /\/controller\/src\/(?!simulation\/)|\/crds-schema\/src\//;

/** @returns undoes it */
export function setTrap(onCaught: (what: string) => void): () => void {
  const undo = [
    ...(['setTimeout', 'setInterval', 'setImmediate', 'fetch'] as const).map((name) =>
      replace(globalThis, name, onCaught),
    ),
    replace(Date, 'now', onCaught),
    replace(Math, 'random', onCaught),
    replace(performance, 'now', onCaught),
    replace(crypto, 'randomUUID', onCaught),
    replace(crypto, 'getRandomValues', onCaught),
  ];
  return () => {
    for (const each of undo) each();
  };
}

function replace<T extends object, K extends keyof T & string>(
  owner: T,
  name: K,
  onCaught: (what: string) => void,
): () => void {
  const original = Object.getOwnPropertyDescriptor(owner, name);
  const real = owner[name] as (...args: unknown[]) => unknown;
  Object.defineProperty(owner, name, {
    configurable: true,
    writable: true,
    value: (...args: unknown[]) => {
      const stack = callers();
      if (OURS.test(stack[0] ?? '')) {
        onCaught(`${name} was called by ${stack[0]}`);
        throw new Error(`${name} was called during a history`);
      }
      return real.apply(owner, args);
    },
  });
  return () => {
    if (original === undefined) delete (owner as Record<string, unknown>)[name];
    else Object.defineProperty(owner, name, original);
  };
}

/** Frames above the trap. */
function callers(): string[] {
  return (new Error('where').stack ?? '').split('\n').slice(3);
}
