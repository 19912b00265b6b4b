import { runners } from '../plan/build-steps.ts'
import type { ImagePlan } from '../plan/image-plan.ts'
import type { DeployPlan, WorkflowPlan } from '../plan/plan-types.ts'

export const workflowPath = '.github/workflows/deploy.yml'

/** A workflow of GitHub Actions that tests each push, and deploys main and, where there is one, the staging app. */
export const workflow = ({ target, image }: DeployPlan, plan: WorkflowPlan): string => {
  const { test, staging } = plan
  const branches = ['main', ...(staging === null ? [] : ['staging'])]
  const seaworthy = [...runners[image.packageManager.name], 'seaworthy'].join(' ')
  const deployMain = `${seaworthy} deploy`
  const prepared = steps(image, plan)
  return `\
# Tests each push and deploys it. GitHub needs ${secrets[target]}
name: Deploy
on:
  push:
    branches: [${branches.join(', ')}]
  pull_request:
permissions:
  contents: read
jobs:
  test:
    runs-on: ubuntu-latest
    steps:
${prepared}
      - run: ${seaworthy} plan
${test ? `      - run: ${test.join(' ')}\n` : ''}${deployJob('deploy', 'main', prepared + (target === 'fly' ? onFly('FLY_API_TOKEN', deployMain) : bySsh(deployMain)))}${
  staging === null
    ? ''
    : deployJob(
        'staging',
        'staging',
        prepared + onFly('FLY_API_TOKEN_STAGING', `${deployMain} --app ${staging}`),
      )
}`
}

const secrets: Record<DeployPlan['target'], string> = {
  fly: `a token of the app as a secret:
#   fly tokens create deploy | gh secret set FLY_API_TOKEN`,
  compose: `these secrets:
#   gh secret set DOCKER_HOST --body ssh://me@machine
#   gh secret set SSH_KEY <a private key that this machine lets in, without a passphrase
#   gh secret set SSH_KNOWN_HOSTS <its line of ~/.ssh/known_hosts
#   gh secret set ENV_PRODUCTION <.env.production`,
}

const deployJob = (name: string, branch: string, work: string): string => `\
  ${name}:
    needs: test
    if: github.event_name == 'push' && github.ref == 'refs/heads/${branch}'
    runs-on: ubuntu-latest
    # One at a time, and none is broken off: the app has one machine.
    concurrency:
      group: ${name}
    steps:
${work}
`

const onFly = (token: string, command: string): string => `
      - uses: superfly/flyctl-actions/setup-flyctl@master
      - run: ${command}
        env:
          FLY_API_TOKEN: \${{ secrets.${token} }}`

const bySsh = (command: string): string => `
      - run: |
          install -d -m 700 ~/.ssh
          umask 077
          printenv SSH_KEY >~/.ssh/id_ed25519
          printenv SSH_KNOWN_HOSTS >~/.ssh/known_hosts
          printenv ENV_PRODUCTION >.env.production
        env:
          SSH_KEY: \${{ secrets.SSH_KEY }}
          SSH_KNOWN_HOSTS: \${{ secrets.SSH_KNOWN_HOSTS }}
          ENV_PRODUCTION: \${{ secrets.ENV_PRODUCTION }}
      - run: ${command}
        env:
          DOCKER_HOST: \${{ secrets.DOCKER_HOST }}`

/** The app's source, its package manager and its dependencies. */
const steps = (image: ImagePlan, plan: WorkflowPlan): string =>
  ['- uses: actions/checkout@v4', ...runtime(image, plan), `- run: ${install(image)}`]
    .flatMap((step) => step.split('\n'))
    .map((line) => `      ${line}`)
    .join('\n')

const runtime = (
  { runtime: { name, version }, packageManager }: ImagePlan,
  { isManagerNamed }: WorkflowPlan,
): string[] => [
  ...(name === 'bun' || packageManager.name === 'bun' ? ['- uses: oven-sh/setup-bun@v2'] : []),
  ...(packageManager.name === 'pnpm' ? [pnpm(isManagerNamed, packageManager.version)] : []),
  ...(name === 'bun' ? [] : [`- uses: actions/setup-node@v4\n  with:\n    node-version: '${version}'`]),
  ...(packageManager.name === 'yarn' ? ['- run: corepack enable'] : []),
]

/** Without a version it is that of package.json's packageManager, and beside that one the action refuses another. */
const pnpm = (isNamed: boolean, version: string | null): string =>
  [
    '- uses: pnpm/action-setup@v4',
    ...(isNamed ? [] : ['  with:', `    version: '${version ?? 'latest'}'`]),
  ].join('\n')

const install = ({ packageManager: { name, version }, isUnlocked }: ImagePlan): string => {
  if (name === 'npm') return isUnlocked ? 'npm install' : 'npm ci'
  if (isUnlocked) return `${name} install`
  return `${name} install ${name === 'yarn' && !version?.startsWith('1.') ? '--immutable' : '--frozen-lockfile'}`
}
