import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { parse, stringify } from 'yaml';
import { runTool } from '../testing/tools.ts';
import { alertGroups } from './alerts/index.ts';
import { ruleFiles } from './rule-file.ts';
import { ruleTests } from './rule-tests.ts';

const PROMTOOL = 'promtool';

describe('rules, by promtool', () => {
  const folder = mkdtempSync(join(tmpdir(), 'rules-'));
  afterAll(() => rmSync(folder, { recursive: true }));

  it('are well formed', () => {
    const checked = runTool(PROMTOOL, 'check', 'rules', 'rules/recording.yaml', 'rules/alerts.yaml');
    expect(checked).toMatchObject({ status: 0, output: expect.not.stringContaining('FAILED') });
  });

  it('fire where they shall, and are silent where they shall not', () => {
    const tested = runTool(PROMTOOL, 'test', 'rules', ...Object.keys(ruleTests()).map((name) => `rules/tests/${name}`));
    expect(tested.output).not.toContain('FAILED');
    expect(tested.status).toBe(0);
  });

  it('fail their tests when a metric is renamed', () => {
    const [alert] = alertGroups()['controller'] ?? [];
    const rules = ruleFiles();
    for (const [name, text] of Object.entries(rules)) {
      writeFileSync(join(folder, name), text.replaceAll('leader_election_master_status', 'leader_election_master'));
    }
    const test = parse(ruleTests()['alerts-1m.test.yaml'] ?? '') as { rule_files: string[]; tests: { name: string }[] };
    const only = {
      ...test,
      rule_files: Object.keys(rules),
      tests: test.tests.filter(({ name }) => name === `${alert?.name} fires`),
    };
    expect(only.tests).toHaveLength(1);
    writeFileSync(join(folder, 'renamed.test.yaml'), stringify(only));
    const tested = runTool(PROMTOOL, 'test', 'rules', join(folder, 'renamed.test.yaml'));
    expect(tested).toMatchObject({ status: 1, output: expect.stringContaining('NoLeader') });
  });

  it('have a firing and a silent situation for every alert', () => {
    const names = Object.values(ruleTests()).flatMap((text) =>
      (parse(text) as { tests: { name: string }[] }).tests.map(({ name }) => name),
    );
    const wanted = Object.values(alertGroups())
      .flat()
      .flatMap(({ name }) => [`${name} fires`, `${name} is silent`]);
    expect(names.sort()).toEqual(wanted.sort());
    expect(readFileSync(new URL('../../generated/rules/alerts.yaml', import.meta.url), 'utf8')).toContain(
      'MeetingFailed',
    );
  });
});

describe('the example for Alertmanager, by amtool', () => {
  const route = (...labels: string[]) => {
    const { output } = runTool('amtool', 'config', 'routes', 'test', '--config.file=alertmanager.yaml', ...labels);
    // amtool may warn of settings that it leaves aside.
    return output.replace(/^Warning: .*$/gm, '').trim();
  };

  it('is well formed', () => {
    expect(runTool('amtool', 'check-config', 'alertmanager.yaml')).toMatchObject({ status: 0 });
  });

  it("wakes somebody for what is ours, and nobody for what is the host's", () => {
    const severityOf = (name: string) =>
      Object.values(alertGroups())
        .flat()
        .find((alert) => alert.name === name)?.severity;
    expect(route(`severity=${severityOf('MeetingFailed')}`, 'alertname=MeetingFailed')).toBe('pager');
    expect(route(`severity=${severityOf('RecorderLost')}`, 'alertname=RecorderLost')).toBe('team');
    expect(route(`severity=${severityOf('MeetingsEndedByHost')}`, 'alertname=MeetingsEndedByHost')).toBe('nobody');
  });
});
