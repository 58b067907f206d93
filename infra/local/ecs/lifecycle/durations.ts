/** How long a task stays in each state that only takes time, in milliseconds. */
export interface LifecycleDurations {
  readonly provisioningMs: number;
  readonly pendingMs: number;
  /** The pull of the image. */
  readonly activatingMs: number;
  readonly deactivatingMs: number;
  readonly deprovisioningMs: number;
}

/** Long enough to be seen by whoever watches, short enough not to be waited for. Fargate needs 30 to 90 s up to RUNNING. */
export const shortDurations: LifecycleDurations = {
  provisioningMs: 30,
  pendingMs: 10,
  activatingMs: 30,
  deactivatingMs: 10,
  deprovisioningMs: 20,
};
