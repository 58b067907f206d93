import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Node } from 'web-tree-sitter';
import {
  descendants,
  functionsOf,
  type OutsideCall,
  ofType,
  outsideCalls,
  parsePowerShell,
  SCRIPT,
} from './powershell.fixture.ts';

let root: Node;
let calls: OutsideCall[];
const text = readFileSync(SCRIPT, 'utf8');

beforeAll(async () => {
  root = await parsePowerShell();
  calls = outsideCalls(root);
});

describe('DeployBot.ps1, read as PowerShell', () => {
  it('has no error in it', () => {
    const broken = descendants(root).filter((node) => node.isError || node.isMissing);
    expect(broken.map(({ startPosition, text: what }) => `${startPosition.row + 1}: ${what.slice(0, 60)}`)).toEqual([]);
  });

  it.each([
    ['a ternary', '$a = $b ? 1 : 2\n'],
    ['a null-coalescing operator', '$a = $b ?? 2\n'],
    ['a null-conditional member', '$a?.b\n'],
    ['a brace that is not closed', 'if ($a) {\n'],
  ])('would be found out with %s, which 5.1 lacks too', async (_, line) => {
    expect((await parsePowerShell(`${text}\n${line}`)).hasError).toBe(true);
  });

  it('chains no commands and runs nothing in parallel: 5.1 knows neither', () => {
    expect(ofType(root, 'pipeline_chain_tail')).toEqual([]);
    const parameters = ofType(root, 'command_parameter').map((node) => node.text.toLowerCase());
    expect(parameters).not.toContain('-parallel');
    expect(parameters).not.toContain('-asjob');
    // ConvertFrom-Json -AsHashtable, Join-Path with more than two parts and Get-Error came with 6 and 7.
    expect(parameters).not.toContain('-ashashtable');
    expect(parameters).not.toContain('-additionalchildpath');
    expect(text).not.toMatch(/\$PSNativeCommandUseErrorActionPreference|\$IsWindows|\$IsLinux/);
  });

  it('is plain ASCII: 5.1 takes a file without a byte order mark for the machine’s own code page', () => {
    expect([...text].filter((character) => character.charCodeAt(0) > 126)).toEqual([]);
  });

  it('uses no alias and no Write-Host, and evaluates no text', () => {
    const names = ofType(root, 'command_name').map((node) => node.text);
    const known = [...functionsOf(root).keys()];
    for (const name of names) {
      if (known.includes(name)) continue;
      expect(name, name).toMatch(/^[A-Z][A-Za-z]+-[A-Z][A-Za-z]+$/);
    }
    expect(names).not.toContain('Write-Host');
    expect(names).not.toContain('Invoke-Expression');
  });

  it('has help for itself and every parameter, and checks what is given', () => {
    const [parameters] = ofType(root, 'param_block');
    const declared = ofType(parameters as Node, 'script_parameter').map(
      (node) =>
        ofType(node, 'variable')
          .map((variable) => variable.text.slice(1))
          .find((name) => /^[A-Z]/.test(name)) ?? '',
    );
    expect(declared.length).toBeGreaterThan(8);
    for (const heading of ['.SYNOPSIS', '.DESCRIPTION', '.EXAMPLE']) expect(text).toContain(heading);
    const documented = [...text.matchAll(/^\.PARAMETER (\w+)$/gm)].map(([, name]) => name);
    expect(documented).toEqual(declared);
    for (const parameter of ofType(parameters as Node, 'script_parameter')) {
      expect(parameter.text, parameter.text).toMatch(/Validate|\[switch\]/);
    }
  });
});

describe('what it does outside', () => {
  const at = (call: string) => {
    const index = calls.findIndex((one) => one.call.startsWith(call));
    expect(index, call).toBeGreaterThanOrEqual(0);
    return index;
  };

  it('goes in this order: account, commit, log in, build, register, update, look, note', () => {
    const order = [
      'aws sts get-caller-identity',
      'git',
      'sh',
      'aws ecr batch-get-image',
      'docker buildx build',
      'aws ecs describe-services',
      'aws ecs describe-task-definition',
      'aws ecs register-task-definition',
      'aws ecs update-service',
      'aws ssm put-parameter',
    ].map(at);
    expect(order).toEqual([...order].sort((a, b) => a - b));
  });

  it('looks at the service after it has been told to change, and does not take "stable" for "deployed"', () => {
    const looks = calls.flatMap(({ call, within }, index) =>
      call === 'aws ecs describe-services' && within.includes('Wait-Deployment') ? [index] : [],
    );
    expect(looks.length).toBeGreaterThan(0);
    expect(looks[0]).toBeGreaterThan(at('aws ecs update-service'));
    expect(calls.some(({ call }) => call.includes('wait services-stable') || call.startsWith('aws ecs wait'))).toBe(
      false,
    );
    const waiting = functionsOf(root).get('Wait-Deployment')?.text ?? '';
    expect(waiting).toMatch(/\$primary\.taskDefinition -ne \$TaskDefinition/);
    expect(waiting).toMatch(/rolloutState -eq 'COMPLETED'/);
  });

  it('registers the recorder before the controller', () => {
    const update = functionsOf(root).get('Update-Bot')?.text ?? '';
    expect(update.indexOf("-Container 'recorder'")).toBeGreaterThan(0);
    expect(update.indexOf("-Container 'recorder'")).toBeLessThan(update.indexOf("-Container 'controller'"));
  });

  it.each([
    'aws ecs register-task-definition',
    'aws ecs update-service',
    'aws ssm put-parameter',
    'docker buildx build',
  ])('changes nothing under -WhatIf: %s comes after ShouldProcess, in a function that supports it', (call) => {
    const { node, within } = calls[at(call)] as OutsideCall;
    const owner = functionsOf(root).get(within.at(-1) ?? '') as Node;
    expect(owner.text).toContain('[CmdletBinding(SupportsShouldProcess = $true)]');
    const before = owner.text.slice(0, node.startIndex - owner.startIndex);
    expect(before).toContain('$PSCmdlet.ShouldProcess(');
  });

  it('has no other call that changes anything', () => {
    const changing = /^aws \w+ (?!describe-|list-|get-|batch-get-)/;
    const found = new Set(calls.map(({ call }) => call).filter((call) => changing.test(call)));
    expect([...found].sort()).toEqual([
      'aws ecs register-task-definition',
      'aws ecs update-service',
      'aws ssm put-parameter',
    ]);
  });

  it('carries a definition’s tags over, without which the controller may not stop a recorder', () => {
    const register = functionsOf(root).get('Register-Revision')?.text ?? '';
    expect(register).toContain("'--include', 'TAGS'");
    expect(register).toContain("$request['tags']");
  });

  it('leaves out of a definition what can’t be registered again', () => {
    for (const field of [
      'taskDefinitionArn',
      'revision',
      'status',
      'requiresAttributes',
      'compatibilities',
      'registeredAt',
      'registeredBy',
    ]) {
      expect(text).toContain(`'${field}'`);
    }
  });

  it('looks at every exit code: native programs are called in one place', () => {
    expect(ofType(root, 'command_invokation_operator')).toHaveLength(1);
    expect(functionsOf(root).get('Invoke-Native')?.text).toMatch(/\$LASTEXITCODE -ne 0/);
  });
});
