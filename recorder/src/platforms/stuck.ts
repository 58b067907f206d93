import { type Classified, isKnown } from './classify.ts';
import type { Done } from './next-act.ts';
import { JoinError } from './platform.ts';

/**
 * Why a way in that leads nowhere was given up. A refusal that never stayed for long enough to count, as of a sign-in that
 * leads in a circle, is the reason by then.
 */
export function stuck(view: Classified, done: Done): JoinError {
  const acts = [...done.keys()].join(', ') || 'nothing';
  const message = `the way in led nowhere; done: ${acts}; the page: ${view.state}, ${view.evidence}`;
  if (view.state === 'refused') return new JoinError(view.reason, message);
  // Nobody keeps us waiting but the page itself, whatever lobby was before.
  if (view.state === 'connecting') return new JoinError('JoinFailed', message);
  return new JoinError(isKnown(view) ? 'JoinFailed' : 'UnknownPage', message, { timedOut: true });
}
