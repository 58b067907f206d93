/** Each transition is a pure function from a Meeting to the Meeting that is written next; `now` is in milliseconds. */
export { attemptEnded, stopNoted, stopSent } from './attempt.ts';
export { concluded, finished, settled } from './ending.ts';
export { begun, identityAwaited, launched, observed, queued, rejected, scheduled } from './launching.ts';
export { deliveryRecorded, resendBegun } from './notifying.ts';
export { heldByOthers, released } from './removal.ts';
