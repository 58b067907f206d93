import { describe, expect, it } from 'vitest';
import { completeSpec } from './complete-spec.ts';

const url = 'https://meet.google.com/abc-defg-hij';

describe('completing a spec', () => {
  it('fills in every default and derives the platform from the url', () => {
    const { spec } = completeSpec({ url });
    expect(spec).toMatchObject({
      url,
      platform: 'google-meet',
      displayName: 'Meeting Recorder',
      maxAttempts: 3,
      deletionPolicy: 'Retain',
      recording: { kind: 'video', width: 1280, height: 720, frameRate: 25 },
      leave: {
        lobbySeconds: 900,
        noShowSeconds: 1200,
        aloneSeconds: 60,
        silenceSeconds: 600,
        silenceArmSeconds: 1200,
        maxSeconds: 14_400,
      },
    });
  });

  it('keeps what was given and does not touch the input', () => {
    const input = { url, leave: { aloneSeconds: 5 } };
    const { spec } = completeSpec(input);
    expect(spec?.leave).toMatchObject({ aloneSeconds: 5, lobbySeconds: 900 });
    expect(input).toEqual({ url, leave: { aloneSeconds: 5 } });
  });

  it.each([
    [{}, 'spec.url', 'required'],
    [{ url: 'meet.google.com/abc' }, 'spec.url', 'expected an absolute http or https URL'],
    [{ url: 'ftp://meet.example.com/' }, 'spec.url', 'expected an absolute http or https URL'],
    [{ url, colour: 'red' }, 'spec.colour', 'unknown field'],
    [{ url, leave: { aloneSeconds: 0 } }, 'spec.leave.aloneSeconds', 'must be >= 1, got 0'],
    [{ url, leave: { allone: 1 } }, 'spec.leave.allone', 'unknown field; expected one of lobbySeconds'],
    [{ url, recording: { kind: 'movie' } }, 'spec.recording.kind', 'expected one of video, audio, got "movie"'],
    [{ url, recording: { width: 1281 } }, 'spec.recording.width', 'multiple of 2'],
    [{ url, startAt: 'tomorrow' }, 'spec.startAt', 'expected a time as 2026-02-06T15:00:00Z, got "tomorrow"'],
    [{ url, stop: 'yes' }, 'spec.stop', 'boolean'],
    [{ url: 'https://conference.example.com/x' }, 'spec.platform', 'belongs to no platform'],
    [{ url, join: { steps: [], joined: '#x' } }, 'spec.join', 'only for platform web'],
    [
      { url: 'https://c.example.com/', join: { steps: [{ clck: '#a' }], joined: '#x' } },
      'spec.join.steps[0]',
      'expected one of the forms',
    ],
  ])('refuses %j with one cause that names the field', (input, field, message) => {
    const { causes } = completeSpec(input);
    expect(causes).toHaveLength(1);
    expect(causes[0]).toMatchObject({ field });
    expect(causes[0]?.message).toContain(message);
  });

  it('names every wrong field at once', () => {
    const { causes } = completeSpec({ url: 'x', stop: 1, maxAttempts: 99 });
    expect(causes.map((cause) => cause.field)).toEqual(['spec.url', 'spec.stop', 'spec.maxAttempts']);
  });
});
