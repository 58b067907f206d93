import { writeFileSync } from 'node:fs';
import { catalogueMarkdown } from './catalogue.ts';

writeFileSync(new URL('../../metrics.md', import.meta.url), catalogueMarkdown());
