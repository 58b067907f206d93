import { ObjectStoreError, type StoreErrorCode } from './object-store.ts';

/** A call that fails so many times, `no 1` first, and then resolves to how often it was made. */
export function failing(times: number, code: StoreErrorCode): () => Promise<number> {
  let calls = 0;
  return async () => {
    if (++calls <= times) throw new ObjectStoreError(code, `no ${calls}`);
    return calls;
  };
}
