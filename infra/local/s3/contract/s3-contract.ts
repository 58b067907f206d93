import { afterAll, beforeAll, describe } from 'vitest';
import { type ContractCalls, contractCalls, type S3ContractTarget } from './calls.ts';
import { conditionsContract } from './conditions.ts';
import { listsContract } from './lists.ts';
import { multipartContract } from './multipart.ts';
import { multipartRefusalsContract } from './multipart-refusals.ts';
import { objectsContract } from './objects.ts';

/** What the design needs of S3, as tests through the unmodified SDK. Any endpoint may be held against it. */
export function s3Contract(name: string, start: () => Promise<S3ContractTarget>): void {
  describe(name, () => {
    let target: S3ContractTarget;
    let calls: ContractCalls;
    beforeAll(async () => {
      target = await start();
      calls = contractCalls(target);
    });
    afterAll(async () => await target.stop());

    for (const suite of [
      objectsContract,
      conditionsContract,
      listsContract,
      multipartContract,
      multipartRefusalsContract,
    ]) {
      suite(() => calls);
    }
  });
}
