import { once } from 'node:events'
import { expect, it } from 'vitest'
import { start } from '../../src/command.ts'
import { hasEnded, identify, isAlive, killTree } from '../../src/platforms/local/process-tree.ts'

// Three generations, each in a process group of its own and deaf to SIGTERM; the youngest prints all pids.
const generation = `
  const { spawn } = require('node:child_process')
  process.on('SIGTERM', () => {})
  const [depth, ...pids] = process.argv.slice(1)
  const all = [...pids, process.pid]
  if (depth === '1') console.log(all.join(' '))
  else spawn(process.execPath, ['-e', process.env.CODE, String(depth - 1), ...all], { detached: true, stdio: 'inherit' })
  setInterval(() => {}, 1000)
`

it('kills three generations in three process groups', async () => {
  const child = start(
    { file: process.execPath, args: ['-e', generation, '3'], env: { CODE: generation } },
    { stdio: ['ignore', 'pipe', 'inherit'] },
  )
  const [pids] = child.stdout === null ? [''] : await once(child.stdout, 'data')
  const ids = await Promise.all(String(pids).trim().split(' ').map(Number).map(identify))
  const [root] = ids
  expect(ids).toHaveLength(3)
  if (!root) throw new Error('it does not run')
  await killTree(root)
  expect(await Promise.all(ids.map(isAlive))).toEqual([false, false, false])
})

it('does not take another process with the same number for it', async () => {
  const me = await identify(process.pid)
  if (!me) throw new Error('I do not run')
  expect(await isAlive(me)).toBe(true)
  expect(await isAlive({ ...me, began: '1' })).toBe(false)
  expect(await hasEnded({ ...me, began: '1' }, 0)).toBe(true)
  expect(await hasEnded(me, 20)).toBe(false)
})
