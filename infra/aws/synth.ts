import { readFileSync, writeFileSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { projectRoot } from '../local/stack/places.ts';
import { meetingBotApp } from './app.ts';
import { ConfigError, readConfig } from './config.ts';
import { EXAMPLE_FILE } from './example.ts';
import { generatedRules } from './rules.ts';

/**
 * `npm run synth`: writes the CloudFormation template. Needs no account and no network.
 *
 *     --config FILE   the place it goes to; default infra/aws/example.config.json
 *     --out DIR       default .local/cdk.out
 */
const { values } = parseArgs({
  options: {
    config: { type: 'string', default: EXAMPLE_FILE },
    out: { type: 'string', default: join(projectRoot, '.local', 'cdk.out') },
  },
});

try {
  const config = readConfig(JSON.parse(readFileSync(values.config, 'utf8')));
  const outdir = resolve(values.out);
  const { app, stack } = meetingBotApp(config, { outdir, rules: generatedRules() });
  const { template } = app.synth().getStackByName(stack.stackName);
  // Without blanks: CloudFormation counts them.
  const file = join(outdir, `${config.name}.template.json`);
  const text = JSON.stringify(template);
  writeFileSync(file, text);
  console.log(
    `${relative(process.cwd(), file)}: ${Object.keys(template.Resources).length} resources, ${text.length} bytes`,
  );
} catch (error) {
  if (!(error instanceof ConfigError || error instanceof SyntaxError)) throw error;
  console.error(`${values.config}: ${error.message}`);
  process.exit(1);
}
