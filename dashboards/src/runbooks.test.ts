import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { ControllerSettings, RecorderSettings } from '@meetingbot/crds-schema';
import { describe, expect, it } from 'vitest';
import manifest from '../../package.json' with { type: 'json' };
import { alertGroups } from './rules/alerts/index.ts';
import { runbookExports, runbooks } from './runbook-commands.ts';

const alerts = Object.values(alertGroups()).flat();
const all = runbooks();
const pages = all.filter(({ page }) => page !== 'README.md');
const metrics = readFileSync(new URL('../../controller/metrics.md', import.meta.url), 'utf8');
const names = (pattern: RegExp, text: string) => [...text.matchAll(pattern)].map(([, name = '']) => name);
/** Names as `/metrics` has them: a histogram is three. */
const samples = names(/^\| `(\w+)`/gm, metrics).flatMap((name) => [name, `${name}_sum`, `${name}_count`]);

describe('runbooks', () => {
  it('are one for each alert, and none besides', () => {
    expect(pages.map(({ page }) => page)).toEqual(alerts.map(({ name }) => `${name}.md`).sort());
  });

  it.each(pages)('$page says how to see, decide and fix, with commands', ({ page, text }) => {
    const [title, ...sections] = text.split(/^## /m);
    expect(title).toMatch(new RegExp(`^# ${page.replace('.md', '')}\n\n\\w`));
    expect(sections.map((section) => section.split('\n')[0])).toEqual(['See', 'Decide', 'Fix']);
    expect(sections[0]).toMatch(/^ {4}\S/m);
  });

  it.each(all)('$page has only commands that a shell can read, of programs that an operator has', ({ commands }) => {
    const { status, stderr } = spawnSync('sh', ['-n'], { input: commands.join('\n'), encoding: 'utf8' });
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    const programs = new Set(commands.map((command) => command.split(' ')[0] ?? ''));
    const known = ['kubectl', 'curl', 'aws', 'npm', 'redis-cli', 'cat', 'export', './infra/DeployBot.ps1'];
    expect([...programs].filter((program) => !known.includes(program))).toEqual([]);
  });

  it.each(all)('$page asks only for what there is: scripts, files, variables, metrics', ({ text, commands }) => {
    const lines = commands.join('\n');
    expect(names(/npm run ([\w:]+)/g, text).filter((script) => !(script in manifest.scripts))).toEqual([]);
    const files = names(/(?:`|^ {4}\.\/)((?:infra|recorder|controller|dashboards)\/[\w/.-]+)/gm, text);
    expect(files.filter((file) => !existsSync(new URL(`../../${file}`, import.meta.url)))).toEqual([]);
    const exported = names(/ (\w+)=/g, runbookExports().join('\n'));
    expect(names(/\$([A-Z]\w*)/g, lines).filter((name) => !exported.includes(name))).toEqual([]);
    const asked = names(/grep -E '\^([^']*)'/g, lines).flatMap(wordings);
    expect(asked.filter((wording) => !samples.some((sample) => sample.startsWith(wording)))).toEqual([]);
  });

  it.each(all)('$page speaks only of settings, alerts and pages that there are', ({ text }) => {
    const settings = { ...ControllerSettings.properties, ...RecorderSettings.properties };
    const exported = names(/ (\w+)=/g, runbookExports().join('\n'));
    const known = [
      ...Object.keys(settings),
      ...exported,
      'NAME',
      'NAMESPACE',
      'UID',
      'SLOT',
      'TASK_ARN',
      'ATTEMPT',
      'TAG',
    ];
    const spoken = names(/`\$?([A-Z][A-Z0-9_]+)(?=[`=])/g, text).filter((name) => !/^FARGATE(_SPOT)?$/.test(name));
    expect(spoken.filter((name) => !known.includes(name))).toEqual([]);
    const others = names(/(?:as in|see|with|or ECS refuses|no slot) \(?`([A-Z][a-z]+[A-Z]\w+)`/g, text);
    expect(others.filter((name) => !alerts.some((alert) => alert.name === name))).toEqual([]);
  });
});

/** What a pattern of `grep -E` asks for, one for each alternative: as far as labels, the name of a metric or its beginning. */
function wordings(pattern: string): string[] {
  const [, head = '', group, tail = ''] = /^(\w*)(?:\(([^)]*)\))?(\w*)/.exec(pattern) ?? [];
  const alternatives = group === undefined ? [''] : group.split('|').map((part) => /^\w*/.exec(part)?.[0] ?? '');
  return alternatives.map((alternative) => `${head}${alternative}${tail}`);
}
