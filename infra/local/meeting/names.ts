const NAMES = ['Ada Lovelace', 'Alan Turing', 'Grace Hopper', 'Edsger Dijkstra'];

/** Names of the first `count` participants of a demo meeting. */
export function participantNames(count: number): string[] {
  return Array.from({ length: count }, (_, index) => NAMES[index] ?? `Participant ${index + 1}`);
}
