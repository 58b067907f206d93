import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { isOf, type LogLine, lineForPeople, parseLine } from './logs/log-line.ts';
import { Tail } from './logs/tail.ts';
import { projectRoot } from './stack/places.ts';

/**
 * `npm run logs -- NAME [-n NAMESPACE] [--once] [--json]`: one Meeting through controller and recorders of the local
 * stack, from its beginning, until Ctrl-C. `LOCAL_DATA_DIR` says where the stack keeps its data.
 */
const PAUSE_MS = 300;
const USAGE = 'usage: npm run logs -- NAME [-n NAMESPACE] [--once] [--json]';

async function main(): Promise<number> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      namespace: { type: 'string', short: 'n', default: 'default' },
      once: { type: 'boolean', default: false },
      json: { type: 'boolean', default: false },
    },
  });
  const [name, ...rest] = positionals;
  if (name === undefined || rest.length > 0) {
    console.error(USAGE);
    return 2;
  }
  const meeting = `${values.namespace}/${name}`;
  const dataDir = resolve(process.env['LOCAL_DATA_DIR'] ?? join(projectRoot, '.local', 'stack'));
  const tail = new Tail([join(dataDir, 'logs'), join(dataDir, 'ecs', 'logs')]);
  for (let first = true; ; first = false) {
    const lines = await newLines(tail, meeting);
    for (const line of lines) console.log(values.json ? JSON.stringify(line) : lineForPeople(line));
    if (first && lines.length === 0) console.error(`nothing is logged of ${meeting} below ${dataDir} yet`);
    if (values.once) return lines.length === 0 ? 1 : 0;
    await new Promise((done) => setTimeout(done, PAUSE_MS));
  }
}

/** What was logged of the Meeting since the last time, in the order of time. */
async function newLines(tail: Tail, meeting: string): Promise<LogLine[]> {
  const lines: LogLine[] = [];
  for await (const text of tail.read()) {
    const line = parseLine(text);
    if (line !== undefined && isOf(line, meeting)) lines.push(line);
  }
  return lines.sort((a, b) => (a.time < b.time ? -1 : a.time > b.time ? 1 : 0));
}

main().then(
  (code) => process.exit(code),
  (error: unknown) => {
    const isUsage = (error as { code?: string }).code?.startsWith('ERR_PARSE_ARGS') === true;
    console.error(isUsage ? `${(error as Error).message}\n${USAGE}` : error);
    process.exit(isUsage ? 2 : 1);
  },
);
