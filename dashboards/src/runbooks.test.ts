import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import manifest from '../../package.json' with { type: 'json' };
import { alertGroups } from './rules/alerts/index.ts';

const folder = new URL('../runbooks/', import.meta.url);
const alerts = Object.values(alertGroups()).flat();
const pages = readdirSync(folder).filter((name) => name !== 'README.md');
const metrics = readFileSync(new URL('../../controller/metrics.md', import.meta.url), 'utf8');

describe('runbooks', () => {
  it('are one for each alert, and none besides', () => {
    expect(pages.sort()).toEqual(alerts.map(({ name }) => `${name}.md`).sort());
  });

  it.each(pages)('%s says how to see, decide and fix, with commands', (page) => {
    const text = readFileSync(new URL(page, folder), 'utf8');
    const [title, ...sections] = text.split(/^## /m);
    expect(title).toMatch(new RegExp(`^# ${page.replace('.md', '')}\n\n\\w`));
    expect(sections.map((section) => section.split('\n')[0])).toEqual(['See', 'Decide', 'Fix']);
    expect(sections[0]).toMatch(/^ {4}\S/m);
  });

  it.each(pages)('%s names only commands, alerts and metrics that exist', (page) => {
    const text = readFileSync(new URL(page, folder), 'utf8');
    const commands = [...text.matchAll(/^ {4}(\S+)/gm)].map(([, command]) => command);
    expect(commands.filter((command) => !['kubectl', 'curl', 'aws', 'npm'].includes(command ?? ''))).toEqual([]);
    const scripts = [...text.matchAll(/npm run ([\w:]+)/g)].map(([, script]) => script ?? '');
    expect(scripts.filter((script) => !(script in manifest.scripts))).toEqual([]);
    const named = [...text.matchAll(/grep -E '\^(\w+?)(?:[('.]|$)/gm)].map(([, metric]) => metric ?? '');
    expect(named.filter((metric) => !metrics.includes(`\`${metric.replace(/_(sum|count|bucket)?$/, '')}`))).toEqual([]);
  });
});
