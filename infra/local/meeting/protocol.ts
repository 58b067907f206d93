/**
 * What a conference page and the meeting server say to each other, one JSON message a WebSocket frame.
 * Media never passes here: the pages send it to each other over peer connections.
 */

/** `participant`: sends media and is let in at once. `guest`: knocks where the room has a lobby. */
export type Role = 'participant' | 'guest';

/**
 * How much picture one asks others for: `full` for whoever watches, `thumb` for pages nobody looks at, `nothing` for
 * whoever only sends.
 */
export const WANTED = ['full', 'thumb', 'nothing'] as const;
export type Wanted = (typeof WANTED)[number];

export interface Peer {
  id: string;
  name: string;
  role: Role;
  wants: Wanted;
}

export type ClientMessage =
  | { type: 'join'; name: string; role: Role; wants: Wanted }
  | { type: 'signal'; to: string; data: unknown }
  | { type: 'leave' };

export type ServerMessage =
  | { type: 'waiting' }
  | { type: 'joined'; id: string; peers: Peer[] }
  | { type: 'peer-joined'; peer: Peer }
  | { type: 'peer-left'; id: string }
  | { type: 'signal'; from: string; data: unknown }
  | { type: 'bye'; reason: 'ended' | 'removed' | 'denied' };

const NAME_LIMIT = 80;

/**
 * Reads one frame from a page.
 * @returns undefined for anything that is not a message of ours; the connection is then not worth keeping.
 */
export function parseClientMessage(frame: string): ClientMessage | undefined {
  let value: unknown;
  try {
    value = JSON.parse(frame);
  } catch {
    return undefined;
  }
  if (typeof value !== 'object' || value === null) return undefined;
  const { type, name, role, wants, to, data } = value as Record<string, unknown>;
  if (type === 'leave') return { type };
  if (type === 'signal' && typeof to === 'string') return { type, to, data };
  if (type === 'join' && typeof name === 'string' && name.trim() !== '') {
    return {
      type,
      name: name.trim().slice(0, NAME_LIMIT),
      role: role === 'participant' ? 'participant' : 'guest',
      wants: WANTED.find((wanted) => wanted === wants) ?? 'full',
    };
  }
  return undefined;
}
