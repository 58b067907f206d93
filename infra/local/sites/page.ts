import type { FakeMeeting } from './fake-meeting.ts';
import type { Script } from './script.ts';

/** The shell that a site's script fills, as single-page applications have it; what the script has to know is in it. */
export function pageOf(options: {
  readonly title: string;
  /** Below pages/. */
  readonly program: string;
  /** Which of the program's pages. */
  readonly page: string | undefined;
  readonly meeting: FakeMeeting;
  readonly visit: number;
  readonly script: Script;
  /** Accept-Language of the request. */
  readonly language: string;
}): string {
  const { title, program, page, meeting, visit, script, language } = options;
  const shown = script.language === 'de' || !/^en\b/i.test(language) ? 'de' : 'en';
  const { platform, key, hertz } = meeting;
  const play = { ...script, page, meeting: `${platform}/${key}`, key, hertz, visit, shown };
  // `<` as an escape: no text of a script can end the element.
  const json = JSON.stringify(play).replaceAll('<', '\\u003c');
  const folder = program.split('/')[0];
  return `<!doctype html><html lang="${shown}"><head><meta charset="utf-8"><title>${title}</title>
<link rel="stylesheet" href="/_play/${folder}/style.css"><link rel="icon" href="data:,">
<script type="application/json" id="play">${json}</script>
<script type="module" src="/_play/${program}"></script></head><body><div id="root"></div></body></html>`;
}
