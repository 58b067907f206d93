/** How far the host of a scripted meeting lets a recorder go. Each is a line of the host's answer. */
export const STAGES = ['outside', 'door', 'lobby', 'call', 'over', 'closed'] as const;

/**
 * `outside`: nothing is reported · `door`: Joining · `lobby` · `call`: Recording · `over`: the host has ended it,
 * Finalizing begins · `closed`: Finalizing may end.
 */
export type Stage = (typeof STAGES)[number];
