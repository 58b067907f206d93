import { randomInt, randomUUID } from 'node:crypto';
import type { ApiIds } from './deps.ts';

/** Without vowels and look-alikes, as Kubernetes' generated names. */
const ALPHABET = 'bcdfghjklmnpqrstvwxz2456789';

/** Ids from the machine's randomness. */
export const randomIds: ApiIds = {
  uid: randomUUID,
  suffix: () => Array.from({ length: 5 }, () => ALPHABET[randomInt(ALPHABET.length)]).join(''),
};
