import type { Command as Cli } from 'commander'
import type { Context } from '../context.ts'
import { SeaworthyError } from '../errors.ts'
import { generate } from '../generate/generate.ts'
import { compare } from '../generate/write.ts'
import type { DeployPlan } from '../plan/plan-types.ts'
import { makeAll } from '../platforms/fly/make.ts'
import { release } from '../platforms/fly/release.ts'
import { secretsToMake } from '../platforms/fly/secrets.ts'
import { volumeSteps } from '../platforms/fly/steps.ts'
import { hasBucket } from '../platforms/fly/storage.ts'
import { lookInside, type Present, type Target } from '../platforms/fly/target.ts'
import type { Host } from './command-module.ts'
import { type ComposeFlags, deployWithCompose } from './deploy-compose.ts'
import { addContextOption, contextOption } from './docker-target.ts'
import { flyTarget } from './fly-target.ts'
import { quiet } from './install.ts'
import { addReleaseOptions } from './launch-on-fly.ts'
import { targetOption } from './plan-options.ts'
import { planOf, readProject } from './project.ts'
import { refuseFindings } from './refuse.ts'
import { releaseText } from './release-text.ts'

interface DeployFlags extends ComposeFlags {
  target?: DeployPlan['target']
  app?: string
}

export const register = (command: Cli, { ctx }: Host): void => {
  addContextOption(addReleaseOptions(command.argument('[dir]', 'folder of the app', '.')))
    .option('--json', 'print the outcome as JSON')
    .addOption(targetOption())
    .action((dir: string, flags: DeployFlags) => deploy(dir, flags, ctx))
}

/** Checks the plan and what there is on Fly, makes a volume in place of a lost one, deploys, and waits for the backup. */
const deploy = async (dir: string, flags: DeployFlags, ctx: Context): Promise<void> => {
  const say = flags.json ? ctx.log : ctx.out
  const project = readProject(dir, ctx)
  const plan = planOf(project, {
    ...(flags.target ? { target: flags.target } : {}),
    ...contextOption(flags),
  })
  refuseFindings(plan)
  refuseUnwritten(project.root, plan)
  if (plan.compose) return deployWithCompose(project.root, plan, plan.compose, flags, ctx)
  const target = await flyTarget(project, plan, flags.app, quiet(flags, ctx))
  const look = async (): Promise<Present> => ({ isApp: true, ...(await lookInside(target)) })
  await refuseUnfinished(target, await look())
  const made = await makeAll(target, volumeSteps(target, plan.app.region), look, {
    say: () => {},
    confirm: async (about, volume) => {
      say(`There is no volume. Running: ${volume} (${about}; the start restores it from the backup)`)
      return true
    },
  })
  if (plan.database) say('Pending migrations are applied when it starts, behind a restore point.')
  const outcome = await release(target, { wait: flags.wait, say })
  if (flags.json) ctx.out(JSON.stringify({ version: 1, app: target.app, made, ...outcome }, null, 2))
  else say(releaseText(outcome))
}

const refuseUnwritten = (root: string, plan: DeployPlan): void => {
  const missing = compare(root, generate(plan)).filter(({ action }) => action === 'create')
  if (missing.length === 0) return
  throw new SeaworthyError({
    code: 'SW-DEPLOY-NOT-LAUNCHED',
    what: `There is no ${missing.map(({ path }) => path).join(', ')}.`,
    why: 'What is deployed is what `launch` writes.',
    next: 'npx seaworthy launch',
  })
}

/** Goes on without a bucket or a secret only where the plan says so. */
const refuseUnfinished = async ({ flyctl, app, plan, secrets: wanted }: Target, { secrets }: Present) => {
  const missing = [
    ...(plan.backup && !(await hasBucket(flyctl, app, secrets)) ? ['bucket'] : []),
    ...secretsToMake(app, wanted, secrets),
  ]
  if (missing.length === 0) return
  throw new SeaworthyError({
    code: 'SW-DEPLOY-UNFINISHED',
    what: `The app ${app} has no ${missing.join(', no ')} on Fly yet.`,
    why: 'It was not launched to its end, or something was taken away since.',
    next: `npx seaworthy launch --now${app === plan.app.name ? '' : ` --app ${app}`} makes what is missing.`,
  })
}
