import type { ConferenceFunctions } from './conference.ts';

/**
 * What jitsi-meet reads from the fragment: nothing of ours on, no app to be opened, no tile of our own, no question about a
 * room's plain name. The language is not among what it takes from there.
 */
const CONFIG = [
  'config.startWithAudioMuted=true',
  'config.startWithVideoMuted=true',
  'config.disableDeepLinking=true',
  'config.disableSelfView=true',
  'config.enableInsecureRoomNameWarning=false',
];

/** Jitsi: settings go by the fragment of the address, the language by a parameter. */
export const jitsi: ConferenceFunctions = {
  entranceOf(url) {
    const entrance = new URL(url);
    entrance.searchParams.set('lang', 'en');
    const given = url.hash.replace(/^#/, '');
    entrance.hash = [...(given === '' ? [] : [given]), ...CONFIG].join('&');
    return entrance;
  },
  passcodeOf: () => undefined,
};
