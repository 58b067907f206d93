import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: 'unit',
          include: ['*/{src,local}/**/*.test.ts', 'crds-schema/test/**/*.test.ts'],
          exclude: ['**/node_modules/**', '**/*.real.test.ts'],
        },
      },
      {
        test: {
          name: 'real',
          include: ['**/*.real.test.ts'],
          testTimeout: 180_000,
          hookTimeout: 120_000,
          fileParallelism: false,
        },
      },
    ],
  },
});
