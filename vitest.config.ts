import { defineConfig } from 'vitest/config'

const slow = 'tests/**/*.real.test.ts'

// unit: seconds, no child processes that matter; real: Litestream, an S3 server, Prisma, whole machines.
export default defineConfig({
  test: {
    projects: [
      { test: { name: 'unit', include: ['tests/**/*.test.ts'], exclude: [slow] } },
      {
        test: {
          name: 'real',
          include: [slow],
          globalSetup: 'tests/support/build.ts',
          testTimeout: 120_000,
          hookTimeout: 180_000,
          fileParallelism: false,
          // A shared CI machine can stand still for seconds; a test that needed its second try is named in the report.
          retry: process.env.CI ? 1 : 0,
        },
      },
    ],
  },
})
