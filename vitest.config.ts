import { defineConfig } from 'vitest/config'

const slow = 'tests/**/*.real.test.ts'
const images = 'tests/**/*.image.test.ts'

// A shared CI machine can stand still for seconds; a test that needed its second try is named in the report.
const retry = process.env.CI ? 1 : 0

// unit: seconds, no child processes that matter; real: Litestream, an S3 server, Prisma, whole machines; images: apps in
// containers.
export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: 'unit',
          include: ['tests/**/*.test.ts'],
          exclude: [slow, images, 'tests/images/apps/**'],
        },
      },
      {
        test: {
          name: 'real',
          include: [slow],
          globalSetup: 'tests/support/build.ts',
          testTimeout: 120_000,
          hookTimeout: 180_000,
          // They wait more than they compute.
          maxWorkers: 2,
          retry,
        },
      },
      {
        test: {
          name: 'images',
          include: [images],
          globalSetup: 'tests/support/build.ts',
          testTimeout: 600_000,
          hookTimeout: 180_000,
          // While one waits for the network, the other one builds.
          maxConcurrency: 2,
          retry,
        },
      },
    ],
  },
})
