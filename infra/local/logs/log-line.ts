/** A line of a log of ours; see `LOG_LINES` of crds-schema. */
export interface LogLine {
  time: string;
  level: string;
  name: string;
  message: string;
  meeting?: string;
  namespace?: string;
  [field: string]: unknown;
}

const KNOWN = ['time', 'level', 'name', 'message', 'meeting', 'uid', 'attempt', 'namespace', 'err', 'pid', 'hostname'];

/** A line of text as a line of a log; undefined when it is none. */
export function parseLine(text: string): LogLine | undefined {
  if (!text.startsWith('{')) return undefined;
  try {
    const line = JSON.parse(text) as LogLine;
    return typeof line.time === 'string' && typeof line.message === 'string' ? line : undefined;
  } catch {
    return undefined;
  }
}

/** Whether it is of that Meeting. Requests to the API carry namespace and name apart. */
export function isOf(line: LogLine, meeting: string): boolean {
  return line.meeting === meeting || (line['route'] !== undefined && `${line.namespace}/${line.name}` === meeting);
}

/** For people: `14:02:11.123 recorder#1 info  recording  fps=25`. An error's stack follows, indented. */
export function lineForPeople(line: LogLine): string {
  const who = line['route'] === undefined ? line.name : 'api';
  const attempt = typeof line['attempt'] === 'number' ? `#${line['attempt']}` : '';
  const fields = Object.entries(line)
    .filter(([name, value]) => !KNOWN.includes(name) && value !== undefined && value !== null)
    .map(([name, value]) => `${name}=${typeof value === 'object' ? JSON.stringify(value) : String(value)}`);
  const error = line['err'] as { stack?: string; message?: string } | undefined;
  const stack = error === undefined ? '' : `\n    ${(error.stack ?? error.message ?? '').replaceAll('\n', '\n    ')}`;
  const head = [line.time.slice(11, 23), `${who}${attempt}`.padEnd(13), line.level.padEnd(5), line.message];
  return `${head.join(' ')}${fields.length === 0 ? '' : `  ${fields.join(' ')}`}${stack}`;
}
