/** Payload of a packet: fits the networks' usual 1500 bytes with all headers. */
const PAYLOAD_BYTES = 1200;
/** VP8's payload descriptor (RFC 7741, 4.2): start of the first partition, and the rest. */
const START = Buffer.of(0x10);
const REST = Buffer.of(0);

/** What a packet carries, without its header. */
export interface RtpPayload {
  readonly payload: Buffer;
  /** The last one of a picture. */
  readonly marker: boolean;
}

/** A VP8 picture in packets, as RFC 7741 has it. */
export function packPicture(picture: Buffer): RtpPayload[] {
  const packets: RtpPayload[] = [];
  for (let at = 0; at < picture.length; at += PAYLOAD_BYTES) {
    const end = Math.min(at + PAYLOAD_BYTES, picture.length);
    packets.push({
      payload: Buffer.concat([at === 0 ? START : REST, picture.subarray(at, end)]),
      marker: end === picture.length,
    });
  }
  return packets;
}

/** Milliseconds since the epoch, with a fraction. */
export const epochNow = (): number => performance.timeOrigin + performance.now();

/** Milliseconds since the epoch as a 64-bit NTP time stamp (RFC 3550, 4). */
export function ntpOf(epochMs: number): bigint {
  const secondsFrom1900 = 2_208_988_800;
  const seconds = Math.floor(epochMs / 1000);
  const fraction = Math.floor((epochMs / 1000 - seconds) * 2 ** 32);
  return (BigInt(seconds + secondsFrom1900) << 32n) | BigInt(fraction);
}
