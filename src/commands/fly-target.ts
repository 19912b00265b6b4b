import type { Context } from '../context.ts'
import type { DeployPlan } from '../plan/plan-types.ts'
import { findFlyctl, requireLogin } from '../platforms/fly/flyctl.ts'
import type { Target } from '../platforms/fly/target.ts'
import type { Project } from './project.ts'
import { watched } from './watched.ts'

/** The app of a project on Fly. @param app its name there, where it is another than the plan's. */
export const flyTarget = async (
  { root, profile }: Project,
  plan: DeployPlan,
  app: string | undefined,
  ctx: Context,
): Promise<Target> => ({
  flyctl: await findFlyctl(watched(ctx)),
  root,
  workspace: profile.workspace?.root ?? null,
  plan,
  app: app ?? plan.app.name,
  secrets: plan.secrets,
})

/** Whether Fly can be talked to at all, before anything is begun. @throws `SW-FLY-MISSING`, `SW-FLY-VERSION`, `SW-FLY-LOGGED-OUT`. */
export const requireFly = async (ctx: Context): Promise<void> => requireLogin(await findFlyctl(watched(ctx)))
