import { spawnSync } from 'node:child_process'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { fillIn } from '../../src/platforms/compose/environment.ts'
import { project } from '../support/project.ts'

const hasCompose = spawnSync('docker', ['compose', 'version'], { stdio: 'ignore' }).status === 0
if (!hasCompose) console.warn('skipped: no docker compose here (scripts/with-docker.sh COMMAND gives one)')

const composeYaml = { services: { app: { image: 'app', env_file: '.env.production' } } }

/** What `docker compose` takes them for, which writes each $ twice. */
const readBack = (values: Record<string, string>): Record<string, string> => {
  const root = project({ 'compose.yaml': composeYaml, '.env.production': '# secrets\nBUCKET_NAME=\n' })
  fillIn(root, values)
  const { stdout, stderr } = spawnSync('docker', ['compose', 'config', '--format', 'json'], {
    cwd: root,
    encoding: 'utf8',
  })
  const { environment } = JSON.parse(stdout || `{ "error": ${JSON.stringify(stderr)} }`).services.app
  return Object.fromEntries(
    Object.keys(values).map((name) => [name, environment[name].replaceAll('$$', '$')]),
  )
}

describe.skipIf(!hasCompose)('a value that was typed', () => {
  it('reaches the container as it is', () => {
    const typed = fc.string({ unit: fc.constantFrom(...'ab:/+=#$\'"\\`!*{}~ &|é'), minLength: 1 })
    const isTyped = (value: string) => value === value.trim() && value !== ''
    fc.assert(
      fc.property(fc.array(typed.filter(isTyped), { minLength: 20, maxLength: 20 }), (texts) => {
        const values = Object.fromEntries(texts.map((text, index) => [`SECRET_${index}`, text]))
        expect(readBack(values)).toEqual(values)
      }),
      { numRuns: 10 },
    )
  })
})
