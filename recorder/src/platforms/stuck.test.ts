import { describe, expect, it } from 'vitest';
import { stuck } from './stuck.ts';

describe('a way in that led nowhere', () => {
  it.each([
    [{ state: 'refused', reason: 'SignInRequired', evidence: 'a sign-in', mayPass: true }, 'SignInRequired', false],
    [{ state: 'unknown', evidence: 'nothing that is known', proofs: 0 }, 'UnknownPage', true],
    [{ state: 'prejoin', evidence: 'a form' }, 'JoinFailed', true],
    // Whatever lobby was before, nobody but the page kept us out.
    [{ state: 'connecting', evidence: 'a spinner', proofs: 0 }, 'JoinFailed', false],
    [{ state: 'givenUp', evidence: 'the way home' }, 'UnknownPage', true],
  ] as const)('%#: with %o ends as %s', (view, reason, timedOut) => {
    const done = new Map([['name', { times: 1, at: 0 }]]);
    expect(stuck(view, done)).toMatchObject({ reason, timedOut, message: expect.stringContaining('done: name;') });
  });
});
