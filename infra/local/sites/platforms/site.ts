import type { FakeMeeting } from '../fake-meeting.ts';
import type { Script } from '../script.ts';

/** A request to a site, as far as sites care. */
export interface Visit {
  readonly url: URL;
  /** Accept-Language. */
  readonly language: string;
  /** Cookie, as it came. */
  readonly cookie: string;
  /** The meeting of a key; a plain one where none was arranged. */
  meetingOf(key: string): FakeMeeting;
}

/** What a site answers. */
export type Answer =
  | { readonly redirect: string }
  | {
      readonly status?: number;
      readonly title: string;
      /** Of the page, below pages/, as `google-meet/app.js`. */
      readonly program: string;
      /** The page's own name for itself, and what it has to know beside its meeting. */
      readonly page?: string;
      readonly meeting: FakeMeeting;
      /** What goes otherwise for this request. */
      readonly script?: Partial<Script>;
      /** A new visit begins with this page. */
      readonly opens?: boolean;
    };

/** Whether the browser is signed in to the account that the meeting knows, by the cookie of that name. */
export function knowsAccount({ account }: Script, { cookie }: Visit, name: string): boolean {
  return account !== undefined && cookie.split('; ').includes(`${name}=${account}`);
}

/** One platform's site: which hosts it has, how its addresses look, and what stands there. */
export interface Site {
  readonly platform: FakeMeeting['platform'];
  /** As in a certificate. */
  readonly hosts: readonly string[];
  /** A new address's key, and the address. */
  makeKey(number: number): string;
  urlOf(meeting: FakeMeeting): string;
  /** Other forms of it that people copy from somewhere, by names of ours. */
  readonly forms: Readonly<Record<string, (key: string) => string>>;
  /** undefined: there is no such page. */
  answer(visit: Visit): Answer | undefined;
}
