import type { Timeline } from '@meetingbot/crds-schema';
import { describe, expect, it } from 'vitest';
import { FakeMeeting } from '../fake-meeting.ts';
import { HOST_ENDED, refused, type Scenario } from '../scenarios/scenario.ts';
import type { Result } from './attendance.ts';
import { faultsOfWords } from './judge-words.ts';
import type { Played } from './play.ts';

const LINK = 's3://bucket/meetings/default/uid/evidence/1/01.json';
const MESSAGE = `ask the host (seen: "no") (evidence: ${LINK})`;
const NOTES = JSON.stringify({ view: { state: 'refused', evidence: 'a sign' } });
const TEXTS = { 'evidence/1/01.json': NOTES, 'evidence/1/01.html.txt': '<p>no</p>' };
const TIMELINE: Pick<Timeline, 'participants' | 'events'> = {
  participants: ['Ada Lovelace'],
  events: [{ kind: 'speaking', name: 'Ada Lovelace', at: '2026-11-27T12:00:00.000Z', media: 1 }],
};
const CONDITION = { type: 'Joined', status: 'False', reason: 'LobbyDenied', message: MESSAGE } as const;

const says = (texts: Readonly<Record<string, string>>) => ({ texts: new Map(Object.entries(texts)) });
const conditions = (change: object) => [
  { ...CONDITION, lastTransitionTime: '2026-11-27T12:00:00.000Z', observedGeneration: 1, ...change },
];

/** A Zoom meeting whose host said no; all that is told of it is as it must be, but for `change`. */
function denied(change: Partial<Result>, scenario: Partial<Scenario> = {}): Played {
  const result = {
    ...{ message: MESSAGE, keys: [...Object.keys(TEXTS), 'evidence/1/01.png'], dialogs: {}, log: ['joining'] },
    ...{ ...says(TEXTS), conditions: conditions({}), ...change },
  };
  return played({ ...refused('LobbyDenied', 'ask the host'), ...scenario }, result);
}

/** One that was recorded. */
const recorded = (timeline: typeof TIMELINE, change: Partial<Result> = {}): Played =>
  played(HOST_ENDED, {
    message: '',
    log: [],
    dialogs: {},
    ...says({ 'timeline.json': JSON.stringify(timeline) }),
    ...change,
  });

function played(scenario: Partial<Scenario>, result: Partial<Result>): Played {
  const fake = new FakeMeeting('zoom', '85012345678', 300, [{}]);
  const url = 'https://zoom.us/j/85012345678#pwd=ours%20is.secret';
  return { scenario: { visits: [{}], ...scenario }, fake, url, result } as unknown as Played;
}

describe('what is said of a Meeting', () => {
  it('is as it must be', () => {
    expect(faultsOfWords(denied({}))).toEqual([]);
    expect(faultsOfWords(recorded(TIMELINE))).toEqual([]);
  });

  it.each([
    ['in its log', denied({ log: ['typed ours is.secret'] }), 'in the log'],
    ['in an address', denied({ log: ['opened https://zoom.us/wc/1?pwd=ours%20is.secret'] }), 'in the log'],
    ['in its message', denied({ message: `${MESSAGE} ours is.secret` }), 'in the message'],
    ['in a condition', denied({ conditions: conditions({ reason: 'ours is.secret' }) }), 'in a condition'],
    ['in a kept page', denied(says({ ...TEXTS, 'evidence/1/01.html.txt': 'ours is.secret' })), '01.html.txt'],
    ['of its spec', denied({ log: ['ours-2'] }, { spec: { passcode: 'ours-2' } }), 'the passcode ours-2 is in the log'],
  ])('holds no passcode: %s', (_, meeting, fault) => {
    expect(faultsOfWords(meeting).join()).toContain(fault);
  });

  it.each([
    ['no picture', denied({ keys: Object.keys(TEXTS) }), 'no picture of the page was kept'],
    ['no document', denied({ keys: ['evidence/1/01.json', 'evidence/1/01.png'] }), 'no document of the page was kept'],
    ['no link', denied({ message: 'ask the host (seen: "no")' }), 'no link to the notes'],
    ['notes of nothing', denied(says({ 'evidence/1/01.json': '{}' })), 'neither state nor evidence'],
    ['no advice', denied({ message: `(seen: "no") (evidence: ${LINK})` }), 'is not told "ask the host"'],
    ['other words in its condition', denied({ conditions: conditions({ message: 'no' }) }), 'the condition is'],
    ['no condition', denied({ conditions: [] }), 'the condition is undefined'],
    [
      'questions answered that nobody asked',
      denied({ dialogs: { cookies: 1 } }),
      'answered {"cookies":1} instead of {}',
    ],
    ['nobody who came', recorded({ participants: [], events: [] }), 'does not know Ada Lovelace'],
    ['nobody who spoke', recorded({ ...TIMELINE, events: [] }), 'does not say that Ada Lovelace spoke'],
  ])('is found to have %s', (_, meeting, fault) => {
    expect(faultsOfWords(meeting).join()).toContain(fault);
  });
});
