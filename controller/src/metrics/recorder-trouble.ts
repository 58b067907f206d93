import type { RecorderHealth } from '@meetingbot/crds-schema';

/**
 * From where on a value is a sign of trouble: well before the alert on it, so that its series is there when the alert
 * looks back. Counters of faults never fall, so who had one stays in sight. A field that is added to the report does
 * not compile until it is named here.
 */
const SIGNS: Record<keyof RecorderHealth, ((value: number) => boolean) | undefined> = {
  framesPerSecond: undefined,
  duplicatedFrames: undefined,
  droppedFrames: (frames) => frames > 25,
  encoderSpeed: (ratio) => ratio < 0.97,
  audioRmsDb: undefined,
  secondsSinceSound: (seconds) => seconds > 60,
  // Asked only while the recording is silent.
  pageAudioRmsDb: () => true,
  soundFaults: (faults) => faults > 0,
  frozenPictureSeconds: (seconds) => seconds > 300,
  uploadLagSeconds: (seconds) => seconds > 10,
  cpuCores: undefined,
  memoryBytes: (bytes) => bytes > 1.4e9,
};

/** Whether what a recorder says of itself may become an alert. */
export function isInTrouble(health: RecorderHealth): boolean {
  return Object.entries(health).some(([field, value]) => SIGNS[field as keyof RecorderHealth]?.(value) === true);
}
