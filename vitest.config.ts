import { defineConfig } from 'vitest/config';
import { ClosingLine } from './infra/testing/closing-line.ts';

/**
 * `*.test.ts` are fast and need nothing installed; `*.real.test.ts` run real processes, one file at a time. `durability`
 * kills recordings (`npm run test:durability`), `images` builds both images and records with them (`npm run images:test`),
 * `sites` attends many fake meetings (`npm run test:sites`).
 */
const include = (ending: string) => [`{controller,crds-schema,dashboards,infra,recorder}/**/*${ending}`];

const weather = 'infra/local/durability';
const images = 'infra/docker';
const sites = 'infra/local/sites';
const oneAtATime = { testTimeout: 180_000, hookTimeout: 120_000, fileParallelism: false };

export default defineConfig({
  test: {
    reporters: ['default', new ClosingLine()],
    projects: [
      {
        test: {
          name: 'unit',
          testTimeout: 30_000,
          include: include('.test.ts'),
          exclude: ['**/node_modules/**', '**/*.real.test.ts'],
          sequence: { groupOrder: 0 },
        },
      },
      {
        test: {
          ...oneAtATime,
          name: 'real',
          include: include('.real.test.ts'),
          exclude: ['**/node_modules/**', ...[weather, images, sites].map((folder) => `${folder}/**`)],
          sequence: { groupOrder: 1 },
        },
      },
      {
        test: {
          ...oneAtATime,
          name: 'durability',
          include: [`${weather}/*.real.test.ts`],
          exclude: ['**/node_modules/**'],
          sequence: { groupOrder: 2 },
        },
      },
      {
        test: {
          ...oneAtATime,
          name: 'images',
          include: [`${images}/*.real.test.ts`],
          exclude: ['**/node_modules/**'],
          sequence: { groupOrder: 3 },
        },
      },
      {
        test: {
          ...oneAtATime,
          name: 'sites',
          maxConcurrency: 3,
          include: [`${sites}/*.real.test.ts`],
          exclude: ['**/node_modules/**'],
          sequence: { groupOrder: 4 },
        },
      },
    ],
  },
});
