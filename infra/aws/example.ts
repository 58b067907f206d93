import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { projectRoot } from '../local/stack/places.ts';

export const EXAMPLE_FILE = join(projectRoot, 'infra', 'aws', 'example.config.json');

/** The configuration that stands for any: what `npm run synth` takes by default. */
export const EXAMPLE = JSON.parse(readFileSync(EXAMPLE_FILE, 'utf8')) as Record<string, unknown>;
