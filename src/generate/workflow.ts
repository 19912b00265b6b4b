import { runners } from '../plan/build-steps.ts'
import type { ImagePlan } from '../plan/image-plan.ts'
import type { DeployPlan, WorkflowPlan } from '../plan/plan-types.ts'

export const workflowPath = '.github/workflows/deploy.yml'

/** A workflow of GitHub Actions that tests each push, and deploys main and, where there is one, the staging app. */
export const workflow = ({ image }: DeployPlan, { test, staging }: WorkflowPlan): string => {
  const branches = ['main', ...(staging === null ? [] : ['staging'])]
  const seaworthy = [...runners[image.packageManager.name], 'seaworthy'].join(' ')
  return `\
# Tests each push and deploys it. GitHub needs a token of the app as a secret:
#   fly tokens create deploy | gh secret set FLY_API_TOKEN
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
${steps(image)}
      - run: ${seaworthy} plan
${test ? `      - run: ${test.join(' ')}\n` : ''}${deployJob('deploy', { branch: 'main', token: 'FLY_API_TOKEN', command: `${seaworthy} deploy` }, image)}${
  staging === null
    ? ''
    : deployJob(
        'staging',
        {
          branch: 'staging',
          token: 'FLY_API_TOKEN_STAGING',
          command: `${seaworthy} deploy --app ${staging}`,
        },
        image,
      )
}`
}

const deployJob = (
  name: string,
  { branch, token, command }: { branch: string; token: string; command: string },
  image: ImagePlan,
): string => `\
  ${name}:
    needs: test
    if: github.event_name == 'push' && github.ref == 'refs/heads/${branch}'
    runs-on: ubuntu-latest
    # One at a time, and none is broken off: the app has one machine.
    concurrency:
      group: ${name}
    steps:
${steps(image)}
      - uses: superfly/flyctl-actions/setup-flyctl@master
      - run: ${command}
        env:
          FLY_API_TOKEN: \${{ secrets.${token} }}
`

/** The app's source, its package manager and its dependencies. */
const steps = (image: ImagePlan): string =>
  ['- uses: actions/checkout@v4', ...runtime(image), `- run: ${install(image)}`]
    .flatMap((step) => step.split('\n'))
    .map((line) => `      ${line}`)
    .join('\n')

const runtime = ({ runtime: { name, version }, packageManager }: ImagePlan): string[] => [
  ...(name === 'bun' || packageManager.name === 'bun' ? ['- uses: oven-sh/setup-bun@v2'] : []),
  ...(packageManager.name === 'pnpm' ? [pnpm(packageManager.version)] : []),
  ...(name === 'bun' ? [] : [`- uses: actions/setup-node@v4\n  with:\n    node-version: '${version}'`]),
  ...(packageManager.name === 'yarn' ? ['- run: corepack enable'] : []),
]

/** Without a version it is that of package.json's packageManager. */
const pnpm = (version: string | null): string =>
  version === null
    ? '- uses: pnpm/action-setup@v4\n  with:\n    version: latest'
    : `- uses: pnpm/action-setup@v4\n  with:\n    version: ${version}`

const install = ({ packageManager: { name, version }, isUnlocked }: ImagePlan): string => {
  if (name === 'npm') return isUnlocked ? 'npm install' : 'npm ci'
  if (isUnlocked) return `${name} install`
  return `${name} install ${name === 'yarn' && !version?.startsWith('1.') ? '--immutable' : '--frozen-lockfile'}`
}
