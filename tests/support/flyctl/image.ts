import { join } from 'node:path'
import { run } from '../../../src/command.ts'
import { planOf, readProject } from '../../../src/commands/project.ts'
import type { Context } from '../../../src/context.ts'
import { localPaths, releaseFolder } from '../../../src/platforms/local/paths.ts'
import { makeRelease } from '../../../src/platforms/local/release.ts'
import { freePort } from '../free-port.ts'
import { bucketFolder, volumeFolder } from './run.ts'
import type { App, Machine } from './state.ts'

/** Builds the app in `root` as an image would be, and gives what a machine runs of it. */
export const buildRelease = async (
  folder: string,
  root: string,
  name: string,
  machine: Machine,
  app: App,
): Promise<NonNullable<Machine['release']>> => {
  const ctx: Context = {
    cwd: root,
    env: process.env,
    out: (text) => console.log(text),
    log: (text) => console.error(text),
    draw: () => {},
    isInteractive: false,
    hasColor: false,
    run,
  }
  const plan = planOf(readProject(root, ctx))
  const paths = localPaths(join(folder, 'machines', machine.id))
  const number = await makeRelease(root, plan, paths, ctx)
  const port = machine.release?.port ?? (await freePort())
  return {
    folder: releaseFolder(paths, number),
    words: [plan.startScript?.file ?? '', ...plan.image.start],
    port,
    env: {
      PORT: String(port),
      NODE_ENV: 'production',
      FLY_APP_NAME: name,
      FLY_MACHINE_ID: machine.id,
      FLY_PROCESS_GROUP: machine.group,
      SEAWORTHY_VOLUME: volumeFolder(folder, machine.volume ?? ''),
      SEAWORTHY_LEASE_TTL: '2',
      // An image has this user; here it is whoever runs the tests.
      SEAWORTHY_USER: `${process.getuid?.() ?? 0}:${process.getgid?.() ?? 0}`,
      // The five secrets tell of a bucket that is not there: a folder is it.
      ...app.secrets,
      ...(app.bucket && app.secrets.BUCKET_NAME
        ? { SEAWORTHY_BUCKET_DIR: bucketFolder(folder, app.bucket) }
        : {}),
    },
  }
}
