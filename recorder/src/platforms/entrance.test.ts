import { describe, expect, it } from 'vitest';
import { googleMeet } from './google-meet.ts';
import { jitsi } from './jitsi.ts';
import { microsoftTeams } from './microsoft-teams.ts';
import { zoom } from './zoom.ts';

describe('the address that is opened', () => {
  it.each([
    [googleMeet, 'https://meet.google.com/abc-defg-hij', 'https://meet.google.com/abc-defg-hij?hl=en'],
    [
      googleMeet,
      'https://meet.google.com/abc-defg-hij?hl=de&authuser=1',
      'https://meet.google.com/abc-defg-hij?hl=en&authuser=1',
    ],
    [zoom, 'https://us02web.zoom.us/j/91234567890?pwd=x.1#success', 'https://app.zoom.us/wc/91234567890/join?pwd=x.1'],
    [zoom, 'https://zoom.us/w/91234567890?tk=t', 'https://app.zoom.us/wc/91234567890/join?tk=t'],
    [zoom, 'https://zoom.us/wc/join/91234567890', 'https://app.zoom.us/wc/91234567890/join'],
    [zoom, 'https://www.zoomgov.com/j/1612345678', 'https://www.zoomgov.com/wc/1612345678/join'],
    [zoom, 'https://company.zoom.us/my/ada', 'https://company.zoom.us/my/ada'],
    [
      microsoftTeams,
      'https://teams.live.com/meet/9312345678901?p=abc',
      'https://teams.live.com/meet/9312345678901?p=abc&msLaunch=false&suppressPrompt=true&directDl=true',
    ],
  ])('%#: of %s is %s', (platform, url, opened) => {
    expect(platform.entranceOf(new URL(url)).href).toBe(opened);
  });

  it('gives Jitsi its settings behind what was there already', () => {
    const { hash } = jitsi.entranceOf(new URL('https://meet.jit.si/Room#config.subject=x'));
    expect(hash).toMatch(/^#config\.subject=x&config\.defaultLanguage=/);
  });

  it.each([
    [zoom, 'https://zoom.us/j/91234567890?pwd=secret', 'secret'],
    [microsoftTeams, 'https://teams.microsoft.com/meet/260?p=secret', 'secret'],
    [googleMeet, 'https://meet.google.com/abc?pwd=secret', undefined],
  ])('%#: holds the passcode of %s', (platform, url, passcode) => {
    expect(platform.passcodeOf(new URL(url))).toBe(passcode);
  });
});
