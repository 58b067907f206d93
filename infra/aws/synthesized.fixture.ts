import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Template } from 'aws-cdk-lib/assertions';
import { meetingBotApp } from './app.ts';
import { readConfig, type StackConfig } from './config.ts';
import { EXAMPLE } from './example.ts';

/** Rules as dashboards/ generates them, short. */
export const RULES = [{ name: 'alerts', yaml: 'groups:\n  - name: meetingbot\n    rules: []\n' }];

export interface Resource {
  Type: string;
  // biome-ignore lint/suspicious/noExplicitAny: a template is JSON that the test looks into
  Properties: any;
  DeletionPolicy?: string;
}

const cache = new Map<string, ReturnType<typeof synthesize>>();

/** The stack of the example, with some of it different. Throws where a rule of cdk-nag or CDK finds something. */
export function synthesized(different: Partial<Record<keyof StackConfig, unknown>> = {}) {
  const key = JSON.stringify(different);
  const made = cache.get(key) ?? synthesize(different);
  cache.set(key, made);
  return made;
}

/** What is asked of it is in memory: the folder goes at once. */
function synthesizeIn(outdir: string, config: StackConfig) {
  try {
    const { app, stack } = meetingBotApp(config, { outdir, rules: RULES });
    const assembly = app.synth();
    const json = assembly.getStackByName(stack.stackName).template as {
      Resources: Record<string, Resource>;
      Parameters: Record<string, { Type: string; Default?: string }>;
      Rules?: unknown;
    };
    return { assembly, json };
  } finally {
    rmSync(outdir, { recursive: true });
  }
}

function synthesize(different: Partial<Record<keyof StackConfig, unknown>>) {
  const config = readConfig({ ...EXAMPLE, ...different });
  const { assembly, json } = synthesizeIn(mkdtempSync(join(tmpdir(), 'cdk-')), config);
  const all = Object.entries(json.Resources).map(([id, resource]) => ({ id, ...resource }));
  return {
    config,
    assembly,
    json,
    template: Template.fromJSON(json),
    ofType: (type: string) => all.filter(({ Type }) => Type === type),
    /** The one resource of that type whose id begins so. */
    named: (type: string, id: string) => {
      const [found, ...more] = all.filter((one) => one.Type === type && one.id.startsWith(id));
      if (found === undefined || more.length > 0) throw new Error(`${1 + more.length} resources ${type} named ${id}…`);
      return found;
    },
  };
}
