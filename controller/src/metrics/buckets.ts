/** Upper bounds of histograms, seconds: calls and reconciles. */
export const CALL_SECONDS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60];
/** Likewise, for what people or machines are waited for. 180 s is the objective of joining. */
export const WAIT_SECONDS = [1, 2.5, 5, 10, 20, 30, 60, 120, 180, 300, 600, 1200];
/** Likewise, from the end of a meeting to the delivered webhook: the budget is 4 s, and tries go on for a day. */
export const NOTIFY_SECONDS = [0.5, 1, 2, 4, 10, 30, 60, 300, 900, 3600, 14_400, 86_400];
