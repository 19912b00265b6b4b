import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it, onTestFinished } from 'vitest'
import { run } from '../../src/command.ts'
import { hasDockerEngine } from '../support/docker-engine.ts'
import { project } from '../support/project.ts'
import { type Access, hasSshd, startSshMachine } from '../support/ssh-machine.ts'
import { logbook, seaworthy } from '../support/typed.ts'

const refusals: [Access, string][] = [
  ['stranger', 'Host key verification failed'],
  ['locked-out', 'Permission denied'],
  ['bare', 'docker: '],
  ['nowhere', 'Connection refused'],
  ['silent', 'Nothing came within 20 s'],
]

it.skipIf(!hasDockerEngine() || !hasSshd())(
  'a machine that cannot be reached by SSH is told, and no question is waited for',
  async () => {
    const machine = await startSshMachine()
    onTestFinished(machine.stop)
    const root = project(logbook)
    await seaworthy(root, 'launch --yes --target compose')
    writeFileSync(join(root, '.env.production'), '')
    const real = {
      run: (command: Parameters<typeof run>[0], options = {}) =>
        run({ ...command, env: machine.env }, options),
    }
    const tryIt = async ([access, why]: [Access, string]) => {
      const began = Date.now()
      const { code, stderr } = await seaworthy(root, `deploy --context ${access}`, real)
      expect({ code, stderr }).toMatchObject({ code: 1, stderr: expect.stringContaining(why) })
      expect(stderr).toContain('[SW-DOCKER-UNREACHABLE]')
      expect(stderr).toContain(`ssh ${access} docker version must answer`)
      expect(Date.now() - began).toBeLessThan(30_000)
    }
    await Promise.all(refusals.map(tryIt))
  },
)
