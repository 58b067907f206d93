import { defineConfig } from 'vitest/config';
import { ClosingLine } from './infra/testing/closing-line.ts';

/** `*.test.ts` are fast and need nothing installed; `*.real.test.ts` run real processes, one file at a time. */
const include = (ending: string) => [`{controller,crds-schema,dashboards,infra,recorder}/**/*${ending}`];

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
          name: 'real',
          include: include('.real.test.ts'),
          exclude: ['**/node_modules/**'],
          testTimeout: 180_000,
          hookTimeout: 120_000,
          fileParallelism: false,
          sequence: { groupOrder: 1 },
        },
      },
    ],
  },
});
