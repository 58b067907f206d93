import { get } from 'node:http';
import { createInterface } from 'node:readline';
import type { EndReason } from '@meetingbot/crds-schema';
import type { Stage } from '../stage.ts';

/**
 * The host's word. `isDeaf`: the API's orders are not heard. `isHushed`: the recording has lost its sound. `reason`: it
 * ends with this one, now, and says `message` of it.
 */
export interface Order {
  stage: Stage;
  isDeaf: boolean;
  isHushed: boolean;
  reason?: EndReason;
  message?: string;
}

/**
 * Hangs on the host's line until the meeting is left.
 * @returns leaves
 */
export function visit(url: string, attempt: number, heard: (order: Order) => void): () => void {
  const request = get(`${url}?attempt=${attempt}`, (response) => {
    createInterface({ input: response }).on('line', (line) => heard(JSON.parse(line) as Order));
  });
  request.on('error', () => heard({ stage: 'over', isDeaf: false, isHushed: false }));
  return () =>
    request
      .removeAllListeners('error')
      .on('error', () => undefined)
      .destroy();
}
