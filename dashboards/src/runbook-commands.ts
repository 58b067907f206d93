import { readdirSync, readFileSync } from 'node:fs';

const FOLDER = new URL('../runbooks/', import.meta.url);
/** Commands are indented by four spaces. */
const COMMAND = /^ {4}(\S.*)$/gm;

/** A page of `runbooks/`. */
export interface Runbook {
  /** As `NoLeader.md`. */
  page: string;
  text: string;
  /** Its commands, in order, as a person copies them. */
  commands: string[];
}

/** Every page, `README.md` among them: its commands prepare the shell that the others are for. */
export function runbooks(): Runbook[] {
  return readdirSync(FOLDER)
    .filter((name) => name.endsWith('.md'))
    .sort()
    .map((page) => {
      const text = readFileSync(new URL(page, FOLDER), 'utf8');
      return { page, text, commands: [...text.matchAll(COMMAND)].map(([, command = '']) => command) };
    });
}

/** What the pages take to be in the environment: `export` lines of `README.md`. */
export function runbookExports(): string[] {
  const readme = runbooks().find(({ page }) => page === 'README.md');
  return (readme?.commands ?? []).filter((command) => command.startsWith('export '));
}
