import { describe, expect, it } from 'vitest';
import {
  attemptPrefix,
  audioKey,
  evidenceKey,
  finishingClaimKey,
  manifestKey,
  objectUrl,
  parseTakeKey,
  recordingKey,
  takeKey,
} from './recording-keys.ts';

const meeting = { namespace: 'sales', uid: '0b8f1c1e-5c1b-4b7e-9f38-6a7f2f0a9d11' };
const base = `meetings/sales/${meeting.uid}/`;

describe('keys', () => {
  it('are those of the contract', () => {
    expect(recordingKey(meeting)).toBe(`${base}recording.mp4`);
    expect(audioKey(meeting)).toBe(`${base}audio.m4a`);
    expect(manifestKey(meeting)).toBe(`${base}manifest.json`);
    expect(finishingClaimKey(meeting, 2)).toBe(`${base}attempts/finishing/2.json`);
    expect(parseTakeKey(meeting, finishingClaimKey(meeting, 2))).toBeUndefined();
    expect(attemptPrefix(meeting, 3)).toBe(`${base}attempts/3/`);
    expect(takeKey(meeting, 2, 11, { part: 'segment', sequence: 7 })).toBe(`${base}attempts/2/take-11-000007.m4s`);
  });

  it('of a take are found again, others are not', () => {
    for (const object of [{ part: 'origin' }, { part: 'init' }, { part: 'segment', sequence: 1_234_567 }] as const) {
      const found = parseTakeKey(meeting, takeKey(meeting, 2, 11, object));
      expect(found).toEqual({ attempt: 2, take: 11, ...object });
    }
    expect(parseTakeKey(meeting, recordingKey(meeting))).toBeUndefined();
    expect(parseTakeKey(meeting, `${attemptPrefix(meeting, 1)}take-1.json.bak`)).toBeUndefined();
    expect(parseTakeKey({ ...meeting, namespace: 'other' }, takeKey(meeting, 1, 1, { part: 'init' }))).toBeUndefined();
  });

  it('refuse names that would reach out of the Meeting', () => {
    expect(() => recordingKey({ ...meeting, namespace: '../x' })).toThrow(/namespace/);
    expect(() => recordingKey({ ...meeting, uid: '' })).toThrow(/uid/);
    expect(evidenceKey(meeting, 1, '../ä page/1.png')).toBe(`${base}evidence/1/..-page-1.png`);
  });
});

describe('object URLs', () => {
  const place = { bucket: 'recordings', key: 'a/b.mp4', region: 'eu-central-1' };

  it("are AWS's own without an endpoint", () => {
    expect(objectUrl({ ...place, style: 'virtual' })).toBe('https://recordings.s3.eu-central-1.amazonaws.com/a/b.mp4');
    expect(objectUrl({ ...place, style: 'path' })).toBe('https://s3.eu-central-1.amazonaws.com/recordings/a/b.mp4');
  });

  it('keep scheme, port and path of an endpoint', () => {
    const endpoint = 'http://127.0.0.1:9000/s3/';
    expect(objectUrl({ ...place, style: 'path', endpoint })).toBe('http://127.0.0.1:9000/s3/recordings/a/b.mp4');
    expect(objectUrl({ ...place, style: 'virtual', endpoint: 'http://localhost:9000' })).toBe(
      'http://recordings.localhost:9000/a/b.mp4',
    );
  });
});
