import type { ConferenceFunctions } from './conference.ts';

/** Google Meet: one address for everything, read in English. */
export const googleMeet: ConferenceFunctions = {
  entranceOf(url) {
    const entrance = new URL(url);
    // Meet goes by the account and by the address of the network before it asks the browser for a language.
    entrance.searchParams.set('hl', 'en');
    return entrance;
  },
  passcodeOf: () => undefined,
};
