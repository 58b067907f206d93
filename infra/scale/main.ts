import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { projectRoot } from '../local/stack/places.ts';
import { scaleDocument } from './document.ts';

/** `npm run scale`: writes infra/SCALE.md. */
const file = join(projectRoot, 'infra', 'SCALE.md');
writeFileSync(file, scaleDocument());
console.log(file);
