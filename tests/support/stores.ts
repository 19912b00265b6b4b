import { onTestFinished } from 'vitest'
import { hasS3Server, startS3Server } from './s3-server.ts'

/** The buckets that there can be; `keys` gives what a machine's environment needs for an empty one, until the test ends. */
export const stores = [
  { store: 'a folder', keys: async (): Promise<Record<string, string | undefined>> => ({}) },
  {
    store: 'S3',
    keys: async () => {
      const { env, stop } = await startS3Server()
      onTestFinished(stop)
      return { SEAWORTHY_BUCKET_DIR: undefined, ...env }
    },
  },
].filter(({ store }) => store !== 'S3' || hasS3Server)
