import {
  API_VERSION,
  isAttemptOver,
  type Meeting,
  PLURAL,
  type RecorderHealth,
  type RecorderPhase,
  type RecorderReport,
  type RecorderSettings,
  systemClock,
} from '@meetingbot/crds-schema';

const PAUSE_MS = 200;
/** So long the API may be away before a report is given up. */
const TRIES_MS = 90_000;

/** How a recorder is that does well, as it would say it. */
const HEALTH: RecorderHealth = {
  framesPerSecond: 25,
  duplicatedFrames: 0,
  droppedFrames: 3,
  encoderSpeed: 1,
  audioRmsDb: -24,
  secondsSinceSound: 1,
  soundFaults: 0,
  frozenPictureSeconds: 1,
  uploadLagSeconds: 2,
  cpuCores: 0.4,
  memoryBytes: 500_000_000,
};

/** How one is whose recording has lost its sound, for good: nothing that it tried has helped. */
const HUSHED: RecorderHealth = {
  ...HEALTH,
  ...{ audioRmsDb: -120, secondsSinceSound: 200, pageAudioRmsDb: -30, soundFaults: 1 },
};

/** What a recorder tells the API, one report at a time. */
export class Reports {
  phase: RecorderPhase = 'Joining';
  isHushed = false;
  joinedAt: string | undefined;
  result: RecorderReport['result'];
  readonly #settings: RecorderSettings;
  #sequence = 0;

  constructor(settings: RecorderSettings) {
    this.#settings = settings;
  }

  async meeting(): Promise<Meeting> {
    return (await this.#call('GET', '')) as Meeting;
  }

  /** @returns true when the API wants us to leave */
  async send(): Promise<boolean> {
    this.#sequence += 1;
    const recorder: RecorderReport = {
      attempt: this.#settings.MEETING_ATTEMPT,
      sequence: this.#sequence,
      phase: this.phase,
      at: new Date().toISOString(),
      ...(this.joinedAt === undefined
        ? {}
        : { joinedAt: this.joinedAt, recordingStartedAt: this.joinedAt, participants: 2 }),
      ...(this.phase === 'Recording' ? { health: this.isHushed ? HUSHED : HEALTH } : {}),
      ...(this.result === undefined ? {} : { result: this.result }),
    };
    const answer = await this.#call('PATCH', '/status', { status: { recorder } });
    if (answer === undefined) return true;
    const { spec, metadata } = answer;
    return spec.stop === true || metadata.deletionTimestamp !== undefined;
  }

  /** undefined: the API says that this is none of our business any more. */
  async #call(method: string, path: string, body?: unknown): Promise<Meeting | undefined> {
    const { CONTROLLER_URL, MEETING_NAMESPACE, MEETING_NAME, MEETING_TOKEN } = this.#settings;
    const url = `${CONTROLLER_URL}/apis/${API_VERSION}/namespaces/${MEETING_NAMESPACE}/${PLURAL}/${MEETING_NAME}${path}`;
    const deadline = Date.now() + TRIES_MS;
    for (;;) {
      try {
        const response = await fetch(url, {
          method,
          headers: { authorization: `Bearer ${MEETING_TOKEN}`, 'content-type': 'application/merge-patch+json' },
          ...(body === undefined ? {} : { body: JSON.stringify(body) }),
          signal: AbortSignal.timeout(5000),
        });
        const answer: unknown = await response.json();
        if (response.ok) return answer as Meeting;
        if (response.status === 404 || isAttemptOver(answer)) return undefined;
        throw new Error(`status ${response.status}: ${JSON.stringify(answer)}`);
      } catch (error) {
        if (Date.now() > deadline) throw error;
        await systemClock.sleep(PAUSE_MS);
      }
    }
  }
}
