import { RtpHeader, RtpPacket } from 'werift';
import { type EncodedLoop, SOUND_AHEAD_SECONDS, SOUND_PACKET_SECONDS } from './encoded-loop.ts';
import { FRAME_RATE, LOOP_FRAMES } from './loop.ts';
import { newTrack, type Outgoing } from './peer.ts';
import { packPicture } from './rtp.ts';

const PICTURE_CLOCK = 90_000;
const SOUND_CLOCK = 48_000;

/** Sends one participant's loop again and again, each packet when its time has come. */
export class LoopSender implements Outgoing {
  readonly picture = newTrack('video');
  readonly sound = newTrack('audio');
  readonly #pictures: readonly ReturnType<typeof packPicture>[];
  readonly #sounds: readonly Buffer[];
  /** When the loop began for the first time, in milliseconds since the epoch. */
  readonly #zero: number;
  #nextPicture = 0;
  #nextSound = 0;
  #pictureNumber = 0;

  constructor({ pictures, sounds }: EncodedLoop, zero: number) {
    if (pictures.length !== LOOP_FRAMES) throw new Error(`${pictures.length} pictures instead of ${LOOP_FRAMES}`);
    this.#pictures = pictures.map(packPicture);
    this.#sounds = sounds;
    this.#zero = zero;
  }

  rtpTime(kind: 'audio' | 'video', epochMs: number): number {
    return wrap(((epochMs - this.#zero) / 1000) * (kind === 'audio' ? SOUND_CLOCK : PICTURE_CLOCK));
  }

  /** Sends all that is due by then, in milliseconds since the epoch. */
  sendUntil(epochMs: number): void {
    for (; this.#pictureAt() <= epochMs; this.#nextPicture += 1) this.#sendPicture();
    for (; this.#soundAt() <= epochMs; this.#nextSound += 1) this.#sendSound();
  }

  #pictureAt = () => this.#zero + (this.#nextPicture / FRAME_RATE) * 1000;
  /** A packet of sound can be sent when all of it has been said. */
  #soundAt = () => this.#zero + (this.#nextSound + 1) * SOUND_PACKET_SECONDS * 1000;

  #sendPicture(): void {
    const timestamp = wrap((this.#nextPicture * PICTURE_CLOCK) / FRAME_RATE);
    for (const { payload, marker } of this.#pictures[this.#nextPicture % this.#pictures.length] ?? []) {
      const header = new RtpHeader({ sequenceNumber: this.#pictureNumber & 0xffff, timestamp, marker });
      this.picture.writeRtp(new RtpPacket(header, payload));
      this.#pictureNumber += 1;
    }
  }

  #sendSound(): void {
    const payload = this.#sounds[this.#nextSound % this.#sounds.length] ?? Buffer.alloc(0);
    const seconds = this.#nextSound * SOUND_PACKET_SECONDS - SOUND_AHEAD_SECONDS;
    const header = new RtpHeader({ sequenceNumber: this.#nextSound & 0xffff, timestamp: wrap(seconds * SOUND_CLOCK) });
    this.sound.writeRtp(new RtpPacket(header, payload));
  }
}

const wrap = (ticks: number): number => ((Math.round(ticks) % 2 ** 32) + 2 ** 32) % 2 ** 32;
