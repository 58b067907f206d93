import { describe, expect, it } from 'vitest';
import { googleMeet } from './google-meet.ts';
import { jitsi } from './jitsi.ts';
import { microsoftTeams } from './microsoft-teams.ts';
import { zoom } from './zoom.ts';

const launcherOf = (path: string) =>
  `https://teams.microsoft.com/dl/launcher/launcher.html?url=${encodeURIComponent(path)}&type=meet&directDl=true`;

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
    [zoom, 'https://zoomgov.com/j/1612345678', 'https://zoomgov.com/wc/1612345678/join'],
    [zoom, 'https://zoom.us/j/91234567890#pwd=x.1', 'https://app.zoom.us/wc/91234567890/join?pwd=x.1'],
    [
      zoom,
      'https://zoom.us/join?action=join&confno=91234567890&pwd=x.1',
      'https://app.zoom.us/wc/91234567890/join?pwd=x.1',
    ],
    [zoom, 'https://zoom.us/join?confno=912-3456-7890', 'https://app.zoom.us/wc/91234567890/join'],
    [zoom, 'https://zoom.us/join', 'https://zoom.us/join'],
    [zoom, 'https://zoom.us/launch/jc/91234567890?pwd=x.1', 'https://app.zoom.us/wc/91234567890/join?pwd=x.1'],
    [zoom, 'https://company.zoom.us/my/ada?pwd=x.1', 'https://company.zoom.us/my/ada?pwd=x.1'],
    [zoom, 'https://company.zoom.us/p/1234567890', 'https://company.zoom.us/p/1234567890'],
    [
      microsoftTeams,
      'https://teams.live.com/meet/9312345678901?p=abc',
      'https://teams.live.com/meet/9312345678901?p=abc&msLaunch=false&suppressPrompt=true&directDl=true',
    ],
    [
      microsoftTeams,
      'https://teams.live.com/light-meetings/launch?agent=web&coords=e30%3D&lightExperience=true',
      'https://teams.live.com/light-meetings/launch?agent=web&coords=e30%3D&lightExperience=true&msLaunch=false&suppressPrompt=true&directDl=true',
    ],
  ])('%#: of %s is %s', (platform, url, opened) => {
    expect(platform.entranceOf(new URL(url)).href).toBe(opened);
  });

  it('has the passcode that was given apart where Teams takes it by the address only', () => {
    const opened = (url: string, passcode?: string) => microsoftTeams.entranceOf(new URL(url), passcode).searchParams;
    expect(opened('https://teams.microsoft.com/meet/260', 'secret').get('p')).toBe('secret');
    expect(opened('https://teams.microsoft.com/meet/260?p=its', 'secret').get('p')).toBe('its');
    expect(opened('https://teams.microsoft.com/meet/260').has('p')).toBe(false);
    expect(opened('https://teams.microsoft.com/l/meetup-join/19%3ameeting_x/0', 'secret').has('p')).toBe(false);
  });

  it('gives Jitsi its settings behind what was there already', () => {
    const { hash, search } = jitsi.entranceOf(new URL('https://meet.jit.si/Room#config.subject=x'));
    expect(search).toBe('?lang=en');
    expect(hash).toMatch(/^#config\.subject=x&config\.startWithAudioMuted=true&/);
    expect(hash).toContain('&config.disableSelfView=true');
  });

  it.each([
    [zoom, 'https://zoom.us/j/91234567890?pwd=secret', 'secret'],
    [zoom, 'https://zoom.us/j/91234567890#pwd=secret', 'secret'],
    [zoom, 'https://company.zoom.us/my/ada?pwd=secret', 'secret'],
    [zoom, 'https://zoom.us/j/91234567890?pwd=#success', undefined],
    [microsoftTeams, 'https://teams.microsoft.com/meet/260?p=secret', 'secret'],
    [microsoftTeams, 'https://teams.microsoft.com/v2/#/meet/260?p=secret&anon=true', 'secret'],
    [microsoftTeams, 'https://teams.microsoft.com/v2/?meetingjoin=true#/meet/260?passcode=secret', 'secret'],
    [microsoftTeams, launcherOf('/_#/meet/260?p=secret&anon=true'), 'secret'],
    [microsoftTeams, launcherOf('/meet/260?p=secret'), 'secret'],
    [microsoftTeams, launcherOf('/_#/l/meetup-join/19:meeting_x@thread.v2/0?context={}'), undefined],
    [microsoftTeams, launcherOf('https://['), undefined],
    [googleMeet, 'https://meet.google.com/abc?pwd=secret', undefined],
  ])('%#: holds the passcode of %s', (platform, url, passcode) => {
    expect(platform.passcodeOf(new URL(url))).toBe(passcode);
  });
});
