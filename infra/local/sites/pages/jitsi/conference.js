/** What the client tells of itself to scripts: `window.APP.conference`. */
let members;

/** @param names - everybody in the call; undefined: we are not in it, or the list is being made anew */
export function setMembers(names) {
  members = names;
}

let joined = false;

export function setJoined(value) {
  joined = value;
}

export const conference = {
  isJoined: () => joined,
  get membersCount() {
    return members?.length;
  },
  listMembers: () =>
    (members ?? []).slice(0, -1).map((name, i) => ({ getId: () => `p${i}`, getDisplayName: () => name })),
  getMyUserId: () => 'local',
  hangup() {
    joined = false;
  },
};
