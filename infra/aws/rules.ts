import { globSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { parse } from 'yaml';
import { projectRoot } from '../local/stack/places.ts';

/** Our Prometheus rules as dashboards/ has generated them: every YAML there that has rule groups. */
export function generatedRules(
  folder = join(projectRoot, 'dashboards', 'generated'),
): { name: string; yaml: string }[] {
  return globSync('**/*.{yaml,yml}', { cwd: folder })
    .toSorted()
    .map((file) => ({ name: basename(file).replace(/\.ya?ml$/, ''), yaml: readFileSync(join(folder, file), 'utf8') }))
    .filter(({ yaml }) => Array.isArray((parse(yaml) as { groups?: unknown } | null)?.groups));
}
