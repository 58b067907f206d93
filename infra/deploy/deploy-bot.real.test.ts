import { execFileSync, spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { SCRIPT } from './powershell.fixture.ts';

/** Debian has no PowerShell and npm's fetches one where it can't be had: the flow is run where there is one. */
const pwsh = ['pwsh', 'powershell'].find((name) => spawnSync(name, ['-Version']).status === 0);
if (pwsh === undefined) {
  console.warn(
    'skipped: the flow of DeployBot.ps1 against stand-ins, as there is no PowerShell here (pwsh, powershell)',
  );
}

const NEW = 'arn:aws:ecs:us-east-1:111122223333:task-definition/meetingbot-controller:8';
const OLD = NEW.replace(/8$/, '7');

let folder: string;

/** A program that notes how it was called and answers what was recorded for its first words. */
function standIn(name: string, answers: Record<string, unknown>): void {
  const cases = Object.entries(answers).map(([words, answer]) => {
    const file = join(folder, `${name} ${words}.json`.replaceAll(' ', '_'));
    writeFileSync(file, typeof answer === 'string' ? answer : JSON.stringify(answer));
    return `"${words}"*) cat "${file}" ;;`;
  });
  const path = join(folder, name);
  writeFileSync(path, `#!/bin/sh\necho "${name} $*" >>"${folder}/calls"\ncase "$*" in\n${cases.join('\n')}\nesac\n`);
  chmodSync(path, 0o755);
}

function aws(primary: { taskDefinition: string; rolloutState: string }): void {
  const definition = (name: string) => ({
    taskDefinition: {
      taskDefinitionArn: name === 'controller' ? OLD : OLD.replace('controller', name),
      family: `meetingbot-${name}`,
      revision: 7,
      status: 'ACTIVE',
      cpu: '512',
      containerDefinitions: [{ name, image: 'none', essential: true }],
      requiresAttributes: [],
    },
    tags: [{ key: 'meetingbot:role', value: name }],
  });
  standIn('aws', {
    'sts get-caller-identity': { Account: '111122223333' },
    'ecr batch-get-image': { images: [{ imageId: { imageDigest: `sha256:${'a'.repeat(64)}` } }] },
    'ecs describe-task-definition --task-definition meetingbot-recorder': definition('recorder'),
    'ecs describe-task-definition --task-definition meetingbot-controller': definition('controller'),
    'ecs register-task-definition': { taskDefinition: { taskDefinitionArn: NEW } },
    'ecs update-service': {},
    'ecs describe-services': {
      services: [
        {
          status: 'ACTIVE',
          taskDefinition: OLD,
          deployments: [{ status: 'PRIMARY', runningCount: 2, desiredCount: 2, ...primary }],
          events: [{ createdAt: 'now', message: 'tasks failed to start' }],
        },
      ],
    },
    'ecs list-tasks': { taskArns: [] },
    'ssm put-parameter': {},
  });
  standIn('docker', {});
  standIn('git', { status: '', '-C': '0123456789ab' });
}

function deploy(...more: string[]) {
  const args = ['-NoProfile', '-File', SCRIPT, '-AccountId', '111122223333', '-Region', 'us-east-1', '-Confirm:$false'];
  const { status, stderr, stdout } = spawnSync(
    pwsh ?? '',
    [...args, '-SkipBuild', '-ImageTag', '0123456789ab', ...more],
    {
      env: { ...process.env, PATH: `${folder}:${process.env['PATH']}` },
      encoding: 'utf8',
    },
  );
  const file = join(folder, 'calls');
  const calls = existsSync(file) ? readFileSync(file, 'utf8').trim().split('\n') : [];
  return { status, output: stdout + stderr, calls: calls.map((call) => call.split(' ').slice(0, 3).join(' ')) };
}

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'deploybot-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

it('has stand-ins that note and answer', () => {
  aws({ taskDefinition: NEW, rolloutState: 'COMPLETED' });
  const answer = execFileSync(join(folder, 'aws'), ['sts', 'get-caller-identity', '--region', 'us-east-1'], {
    encoding: 'utf8',
  });
  expect(JSON.parse(answer)).toEqual({ Account: '111122223333' });
  expect(readFileSync(join(folder, 'calls'), 'utf8')).toContain('aws sts get-caller-identity');
});

describe.skipIf(pwsh === undefined)('the flow', () => {
  it('registers, updates, waits and notes', () => {
    aws({ taskDefinition: NEW, rolloutState: 'COMPLETED' });
    const { calls, output, status } = deploy();
    expect(status, output).toBe(0);
    const changing = calls.filter((call) => /register|update|put-/.test(call));
    expect(changing).toEqual([
      ...Array(2).fill('aws ecs register-task-definition'),
      'aws ecs update-service',
      ...Array(2).fill('aws ssm put-parameter'),
    ]);
  });

  it('changes nothing under -WhatIf', () => {
    aws({ taskDefinition: OLD, rolloutState: 'COMPLETED' });
    const { calls, output, status } = deploy('-WhatIf');
    expect(status, output).toBe(0);
    expect(calls.filter((call) => /register|update|put-/.test(call))).toEqual([]);
  });

  it('says that it was rolled back, and notes nothing', () => {
    aws({ taskDefinition: OLD, rolloutState: 'COMPLETED' });
    const { calls, output, status } = deploy();
    expect(status).not.toBe(0);
    expect(output).toContain('rolled back');
    expect(calls).not.toContain('aws ssm put-parameter');
  });

  it('ends at credentials of another account', () => {
    aws({ taskDefinition: NEW, rolloutState: 'COMPLETED' });
    standIn('aws', { 'sts get-caller-identity': { Account: '999999999999' } });
    const { calls, status } = deploy();
    expect(status).not.toBe(0);
    expect(calls).toEqual(['aws sts get-caller-identity']);
  });
});
