import type { CompleteMeetingSpec } from '@meetingbot/crds-schema';
import { parametersOf } from '../platforms/index.ts';

/** Shorter values of an address are words of any page: hiding them would hide the page. */
const SHORTEST = 4;

/**
 * What of a spec must not be in what we keep of a page, the longest first: its passcode, and all that its address carries
 * behind the path, as it stands there, decoded, encoded, and escaped for HTML and JSON.
 */
export function secretsOf({ url, passcode }: Pick<CompleteMeetingSpec, 'url' | 'passcode'>): string[] {
  const carried = carriedBy(new URL(url)).filter(({ length }) => length >= SHORTEST);
  const plain = passcode === undefined || passcode === '' ? carried : [passcode, ...carried];
  const forms = plain.flatMap((text) => [text, encodeURIComponent(text)]);
  const escaped = forms.flatMap((text) => [text.replaceAll('&', '&amp;'), JSON.stringify(text).slice(1, -1)]);
  return [...new Set([...forms, ...escaped])].toSorted((a, b) => b.length - a.length);
}

/** Query and hash as a whole and by their values; a launcher's address has the meeting's in one of these. */
function carriedBy(url: URL): string[] {
  const { origin, search, hash } = url;
  const values = parametersOf(url).flatMap((parameters) => [...parameters.values()]);
  const addresses = values.filter((value) => /^(\/|https?:)/.test(value) && URL.canParse(value, origin));
  return [search.slice(1), hash.slice(1), ...values, ...addresses.flatMap((each) => carriedBy(new URL(each, origin)))];
}
