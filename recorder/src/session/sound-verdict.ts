/** One stream of sound that a page receives by WebRTC; all figures only grow (webrtc-stats, inbound-rtp). */
export interface ReceivedSound {
  readonly id: string;
  readonly packets: number;
  /** Seconds that were decoded for playing: stands still when nobody plays it. */
  readonly playedSeconds: number;
  /** Square of the level over time: 1 for a second at full scale. */
  readonly energy: number;
}

/** What a page receives and plays at one moment. */
export interface PageSound {
  /** The page's clock, milliseconds. */
  readonly at: number;
  readonly received: readonly ReceivedSound[];
  /** Other things that may sound: files that are played, audio contexts that have run. */
  readonly players: number;
  /** Where the audio contexts are that run, in seconds of each, sorted: what plays them moves these clocks. */
  readonly clocks: readonly number[];
}

export type SoundVerdict =
  /** Nothing is received. */
  | { readonly kind: 'unknown' }
  /** What is received is played, this loud on average, in dB of full scale. */
  | { readonly kind: 'played'; readonly rmsDb: number }
  /** Nobody plays what was played before: packets come in all the same, or audio contexts that run stand still. */
  | { readonly kind: 'stalled' };

/** Louder than this is somebody's voice or music: comfort noise and breath of open microphones lie below. */
const VOICE_DB = -50;
const LOWEST_DB = -120;
/** Played so much less than time has passed is not played. */
const STALLED_SHARE = 0.1;

/** What a page did with its sound between two looks. */
export function judgeSound(before: PageSound, now: PageSound): SoundVerdict {
  const seconds = (now.at - before.at) / 1000;
  const earlier = new Map(before.received.map((each) => [each.id, each]));
  const alive = now.received.flatMap((each) => {
    const was = earlier.get(each.id);
    return was !== undefined && each.packets > was.packets ? [{ was, is: each }] : [];
  });
  if (seconds <= 0) return { kind: 'unknown' };
  const played = alive.filter(({ was, is }) => is.playedSeconds - was.playedSeconds > STALLED_SHARE * seconds);
  if (played.length === 0) {
    const isStalled = alive.some(({ is }) => is.playedSeconds > 0) || standStill(before.clocks, now.clocks);
    return { kind: isStalled ? 'stalled' : 'unknown' };
  }
  const energy = played.reduce((sum, { was, is }) => sum + Math.max(0, is.energy - was.energy), 0);
  const rmsDb = energy > 0 ? Math.max(LOWEST_DB, 10 * Math.log10(energy / seconds)) : LOWEST_DB;
  return { kind: 'played', rmsDb };
}

function standStill(before: readonly number[], now: readonly number[]): boolean {
  return now.length > 0 && now.length === before.length && now.every((time, index) => time === before[index]);
}

/** Whether a recording that was silent meanwhile has lost something. */
export function isLost(verdict: SoundVerdict): boolean {
  return verdict.kind === 'stalled' || (verdict.kind === 'played' && verdict.rmsDb > VOICE_DB);
}
