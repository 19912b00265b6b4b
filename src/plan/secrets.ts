import { bucketSecrets } from '../bucket/bucket.ts'
import type { AppProfile } from '../scan/profile.ts'
import { envIn } from './earlier-setup.ts'
import type { DeployPlan } from './plan-types.ts'

interface SecretInputs {
  profile: AppProfile
  image: DeployPlan['image']
  hasBackup: boolean
  /** `[env]` of fly.toml. */
  flyEnv: Record<string, string>
  /** Text of the Dockerfile that is the user's own. */
  dockerfile: string | null
}

/** Names of the variables that the app does not start without, or not safely, and that nothing gives it yet. */
export const planSecrets = ({ profile, image, hasBackup, flyEnv, dockerfile }: SecretInputs): string[] => {
  const databases = (profile.prisma?.databases ?? []).flatMap(({ env }) => env ?? [])
  const given = new Set([
    ...['NODE_ENV', 'PORT', 'HOST', 'HOSTNAME'],
    ...Object.keys({ ...flyEnv, ...envIn(dockerfile), ...image.envs.base, ...image.envs.deploy }),
    ...databases,
    ...(hasBackup ? bucketSecrets : []),
  ])
  const wanted = [...(profile.framework?.secrets ?? []), ...(profile.variables?.names ?? [])]
  return [...new Set(wanted)].filter((name) => !given.has(name))
}
