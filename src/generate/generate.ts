import type { ComposePlan, DeployPlan } from '../plan/plan-types.ts'
import { composePath, composeYaml, envExamplePath, envPath } from './compose.ts'
import { envExample } from './compose-env.ts'
import { dockerfile } from './dockerfile.ts'
import { dockerignore, dockerignorePath } from './dockerignore.ts'
import { flyToml } from './fly-toml.ts'
import type { GeneratedFile } from './generated-file.ts'
import { litestreamYml } from './litestream-yml.ts'
import { packageJson } from './package-json.ts'
import { startScript } from './start-script.ts'
import { workflow, workflowPath } from './workflow.ts'

/** The files of a deployment as they are for a project that has none of them yet. Pure. */
export const generate = (plan: DeployPlan): GeneratedFile[] => [
  ...(plan.image.isOwnDockerfile ? [] : [text('Dockerfile', dockerfile(plan))]),
  text(dockerignorePath(plan), dockerignore(plan)),
  ...(plan.startScript && plan.database && plan.volume
    ? [{ path: plan.startScript.file, contents: startScript(plan, plan.database, plan.volume), mode: 0o755 }]
    : []),
  ...(plan.database && plan.backup
    ? [text('litestream.yml', litestreamYml(plan.database, plan.backup))]
    : []),
  ...(plan.compose ? composeFiles(plan, plan.compose) : [text('fly.toml', flyToml(plan))]),
  ...(plan.workflow ? [text(workflowPath, workflow(plan, plan.workflow))] : []),
  ...(plan.dockerfile === null ? [] : [text('package.json', packageJson(plan.dockerfile))]),
]

const composeFiles = (plan: DeployPlan, compose: ComposePlan): GeneratedFile[] => [
  text(composePath, composeYaml(plan, compose)),
  text(envExamplePath, envExample(plan, compose)),
  // The lines of .dockerignore keep it out of the image.
  text('.gitignore', `${envPath}\n`),
]

const text = (path: string, contents: string): GeneratedFile => ({ path, contents, mode: 0o644 })
