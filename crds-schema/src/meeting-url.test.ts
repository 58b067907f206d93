import { describe, expect, it } from 'vitest';
import { platformOfUrl, redactUrl } from './meeting-url.ts';

describe('whose meeting a url is', () => {
  it.each([
    ['https://meet.google.com/abc-defg-hij', 'google-meet'],
    ['https://meet.google.com/lookup/abcdefg?authuser=0', 'google-meet'],
    ['https://g.co/meet/weekly', 'google-meet'],
    ['https://g.co/maps', undefined],
    ['https://teams.microsoft.com/l/meetup-join/19%3ameeting_x%40thread.v2/0?context=%7b%7d', 'microsoft-teams'],
    ['https://teams.microsoft.com/meet/2601234567890?p=abc', 'microsoft-teams'],
    ['https://teams.live.com/meet/9312345678901?p=abc', 'microsoft-teams'],
    ['https://teams.cloud.microsoft/l/meetup-join/x', 'microsoft-teams'],
    ['https://gov.teams.microsoft.us/l/meetup-join/x', 'microsoft-teams'],
    ['https://zoom.us/j/91234567890?pwd=abc', 'zoom'],
    ['https://company.zoom.us/my/ada', 'zoom'],
    ['https://us02web.zoom.us/w/81234567890', 'zoom'],
    ['https://zoom.us/join?confno=91234567890', 'zoom'],
    ['https://www.zoomgov.com/j/1612345678', 'zoom'],
    ['https://zoomgov.com/j/1612345678', 'zoom'],
    ['https://notzoomgov.com/j/1612345678', undefined],
    ['https://meet.jit.si/DesignReview', 'jitsi'],
    ['https://8x8.vc/vpaas-magic-cookie-1/Room', 'jitsi'],
    ['https://notzoom.us/j/91234567890', undefined],
    ['https://meet.google.com.example.com/abc', undefined],
  ])('%s: %s', (url, platform) => expect(platformOfUrl(url)).toBe(platform));

  it('keeps passcodes out of what is logged', () => {
    expect(redactUrl('https://zoom.us/j/91234567890?pwd=secret#pwd=secret')).toBe('https://zoom.us/j/91234567890?…');
  });
});
