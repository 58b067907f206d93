/** Every S3 key of a Meeting, in one place. Keys are URL-safe as they stand: no part needs escaping. */

/** What names a Meeting in S3. */
export interface MeetingIdentity {
  readonly namespace: string;
  readonly uid: string;
}

/** A DNS label or a UUID; also what keeps one Meeting's keys from reaching into another's. */
const SAFE_PART = /^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/;

function safePart(name: string, value: string): string {
  if (!SAFE_PART.test(value))
    throw new RangeError(`${name}: expected lower-case letters, digits and dashes, got ${JSON.stringify(value)}`);
  return value;
}

function counted(name: string, value: number): number {
  if (!Number.isSafeInteger(value) || value < 0) throw new RangeError(`${name}: expected a whole number, got ${value}`);
  return value;
}

/**
 * Prefix of all objects of a Meeting, with the closing slash.
 * @throws RangeError when namespace or uid is not a DNS label
 */
export function meetingPrefix({ namespace, uid }: MeetingIdentity): string {
  return `meetings/${safePart('namespace', namespace)}/${safePart('uid', uid)}/`;
}

/** The recording: H.264 and AAC, or AAC alone for recordings of kind audio. */
export const recordingKey = (meeting: MeetingIdentity): string => `${meetingPrefix(meeting)}recording.mp4`;
/** The mono sound, for transcription. */
export const audioKey = (meeting: MeetingIdentity): string => `${meetingPrefix(meeting)}audio.m4a`;
/** Who was there and who spoke, as the page showed it. */
export const timelineKey = (meeting: MeetingIdentity): string => `${meetingPrefix(meeting)}timeline.json`;
/** What one attempt knows of that, written now and then, for a successor. */
export const attemptTimelineKey = (meeting: MeetingIdentity, attempt: number): string =>
  `${attemptPrefix(meeting, attempt)}timeline.json`;
/** What is true of the recording. Written last. */
export const manifestKey = (meeting: MeetingIdentity): string => `${meetingPrefix(meeting)}manifest.json`;
/** Prefix of what all attempts have made durable while recording. */
export const attemptsPrefix = (meeting: MeetingIdentity): string => `${meetingPrefix(meeting)}attempts/`;
/** Prefix of what one attempt (from 1) has made durable while recording. */
export const attemptPrefix = (meeting: MeetingIdentity, attempt: number): string =>
  `${attemptsPrefix(meeting)}${counted('attempt', attempt)}/`;

/** Prefix of what says which attempts are making the final files. */
export const finishingClaimsPrefix = (meeting: MeetingIdentity): string => `${attemptsPrefix(meeting)}finishing/`;
/** That an attempt is. */
export const finishingClaimKey = (meeting: MeetingIdentity, attempt: number): string =>
  `${finishingClaimsPrefix(meeting)}${counted('attempt', attempt)}.json`;

/** A picture or page that shows what the recorder saw; characters outside `[A-Za-z0-9._-]` become dashes. */
export function evidenceKey(meeting: MeetingIdentity, attempt: number, name: string): string {
  const safe = name.replace(/[^A-Za-z0-9._-]+/g, '-').slice(-128) || 'evidence';
  return `${meetingPrefix(meeting)}evidence/${counted('attempt', attempt)}/${safe}`;
}

/** An object of a take: one uninterrupted run of the encoder. */
export type TakeObject =
  | { readonly part: 'origin' }
  | { readonly part: 'init' }
  /** Counts from 0 within the take. */
  | { readonly part: 'segment'; readonly sequence: number };

/** Where a take's object lies. Takes count from 1. */
export function takeKey(meeting: MeetingIdentity, attempt: number, take: number, object: TakeObject): string {
  const base = `${attemptPrefix(meeting, attempt)}take-${counted('take', take)}`;
  switch (object.part) {
    case 'origin':
      return `${base}.json`;
    case 'init':
      return `${base}-init.mp4`;
    case 'segment':
      return `${base}-${String(counted('sequence', object.sequence)).padStart(6, '0')}.m4s`;
  }
}

/** A take's object, found by its key. */
export type FoundTakeObject = TakeObject & { readonly attempt: number; readonly take: number };

/** The opposite of {@link takeKey}; undefined for a key that it does not make. */
export function parseTakeKey(meeting: MeetingIdentity, key: string): FoundTakeObject | undefined {
  const prefix = attemptsPrefix(meeting);
  if (!key.startsWith(prefix)) return undefined;
  const match = /^(\d+)\/take-(\d+)(?:\.(json)|-(init)\.mp4|-(\d{6,})\.m4s)$/.exec(key.slice(prefix.length));
  if (!match) return undefined;
  const place = { attempt: Number(match[1]), take: Number(match[2]) };
  if (match[3]) return { ...place, part: 'origin' };
  if (match[4]) return { ...place, part: 'init' };
  return { ...place, part: 'segment', sequence: Number(match[5]) };
}

/** Bucket in the host name, or in the path. */
export const S3_URL_STYLES = ['virtual', 'path'] as const;
export type S3UrlStyle = (typeof S3_URL_STYLES)[number];

/** What an object's URL is made from. */
export interface ObjectPlace {
  readonly bucket: string;
  readonly key: string;
  readonly region: string;
  readonly style: S3UrlStyle;
  /** Absolute URL of an S3 endpoint that is not AWS's own. */
  readonly endpoint?: string;
}

/**
 * The URL of an object, unsigned.
 * @throws TypeError when `endpoint` is not a URL
 */
export function objectUrl({ bucket, key, region, style, endpoint }: ObjectPlace): string {
  const suffix = region.startsWith('cn-') ? 'amazonaws.com.cn' : 'amazonaws.com';
  const url = new URL(endpoint ?? `https://s3.${region}.${suffix}`);
  const base = url.pathname.replace(/\/+$/, '');
  return style === 'virtual'
    ? new URL(`${url.protocol}//${bucket}.${url.host}${base}/${key}`).href
    : new URL(`${url.protocol}//${url.host}${base}/${bucket}/${key}`).href;
}
