import { mkdir, writeFile } from 'node:fs/promises';
import { publishedFiles } from './published.ts';

/** `npm run generate`: writes the published schemas. */
const folder = new URL('../generated/', import.meta.url);
await mkdir(folder, { recursive: true });
for (const [name, text] of Object.entries(publishedFiles())) await writeFile(new URL(name, folder), text);
