import { isDeepStrictEqual } from 'node:util';
import type { Timeline } from '@meetingbot/crds-schema';
import type { Played } from './play.ts';

/** Parameters of addresses that are passcodes, also of one within another. */
const PASSCODE = /[?&#](?:p|pwd|passcode)=([^&#]+)/g;
/** Keys of one look at a page, by what is kept of it. */
const KEPT = { picture: /^evidence\/.*\.png$/, document: /^evidence\/.*\.html\.txt$/, notes: /^evidence\/.*\.json$/ };

/** What is said of a Meeting beside its media: what it must not say, and what it must. */
export function faultsOfWords(played: Played): string[] {
  const { scenario, result } = played;
  const faults = leaks(played);
  const expected = scenario.dialogs ?? {};
  if (!isDeepStrictEqual(result.dialogs, expected))
    faults.push(`answered ${JSON.stringify(result.dialogs)} instead of ${JSON.stringify(expected)}`);
  return [...faults, ...(scenario.ends === undefined ? faultsOfRefusal(played) : faultsOfTimeline(played))];
}

/** A passcode is typed and told to nobody. What the page itself has of it is not kept either. */
function leaks({ scenario, url, result }: Played): string[] {
  const { message, log, texts, conditions = [] } = result;
  const ours = [...decodeURIComponent(url).matchAll(PASSCODE)].map(([, value = '']) => value);
  const passcodes = [...ours, scenario.spec?.passcode ?? []].flat();
  const said: [where: string, words: string][] = [
    ['the log', log.join('\n')],
    ['the message', message],
    ['a condition', JSON.stringify(conditions)],
    ...texts,
  ];
  return said.flatMap(([where, words]) =>
    passcodes
      .filter((passcode) => [passcode, encodeURIComponent(passcode)].some((form) => words.includes(form)))
      .map((passcode) => `the passcode ${passcode} is in ${where}`),
  );
}

/** Whoever was not let in is told what the page looked like, where that is kept, and what the host can do. */
function faultsOfRefusal({ scenario, result }: Played): string[] {
  if (scenario.phase !== 'Failed' || scenario.reason === 'NoShow') return [];
  const { keys, message, texts, conditions } = result;
  const { advice = '', reason } = scenario;
  const faults = Object.entries(KEPT).flatMap(([what, pattern]) =>
    keys.some((key) => pattern.test(key)) ? [] : [`no ${what} of the page was kept`],
  );
  const linked = /s3:\/\/\S+\.json/.exec(message)?.[0] ?? '';
  const notes = keys.find((key) => KEPT.notes.test(key) && linked.endsWith(`/${key}`));
  if (notes === undefined) faults.push(`no link to the notes in "${message}"`);
  else faults.push(...faultsOfNotes(texts.get(notes) ?? ''));
  if (!message.includes(advice)) faults.push(`the host is not told "${advice}" by "${message}"`);
  const joined = conditions?.find(({ type }) => type === 'Joined');
  const isTold = joined?.status === 'False' && joined.reason === reason && joined.message === message;
  if (conditions !== undefined && !isTold) faults.push(`the condition is ${JSON.stringify(joined)}`);
  return faults;
}

/** What the page was taken for, and by which signs. */
function faultsOfNotes(text: string): string[] {
  const { view } = JSON.parse(text) as { readonly view?: { readonly state?: string; readonly evidence?: string } };
  return view?.state && view.evidence ? [] : [`the notes say neither state nor evidence: ${text.slice(0, 300)}`];
}

/** That the page shows who speaks is in the time line. */
function faultsOfTimeline({ scenario, fake, result }: Played): string[] {
  const [{ others } = {}] = scenario.visits;
  const speaker = (others ?? fake.current().script.others)[0];
  const { participants = [], events = [] } = JSON.parse(result.texts.get('timeline.json') ?? '{}') as Partial<Timeline>;
  if (speaker === undefined || !participants.includes(speaker))
    return [`the time line does not know ${speaker}, but ${participants}`];
  const isHeard = events.some(({ kind, name }) => kind === 'speaking' && name === speaker);
  return isHeard ? [] : [`the time line does not say that ${speaker} spoke`];
}
