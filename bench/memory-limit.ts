import { mkdirSync, readFileSync, rmdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

/** A kernel's limit on the memory of a tree of processes, as a small machine has it. */
export interface MemoryLimit {
  /** Words to put before a command that is to run under it. */
  around: string[]
  /** How many processes the kernel has killed for it. */
  killed(): number
  remove(): void
}

const hierarchies = [
  { root: '/sys/fs/cgroup/memory', limit: 'memory.limit_in_bytes', events: 'memory.oom_control' },
  { root: '/sys/fs/cgroup', limit: 'memory.max', events: 'memory.events' },
]

/** @returns null where this process may not make a control group. */
export const limitMemory = (bytes: number): MemoryLimit | null => {
  for (const { root, limit, events } of hierarchies) {
    const group = join(root, `seaworthy-bench-${process.pid}-${Date.now()}`)
    try {
      mkdirSync(group)
      writeFileSync(join(group, limit), String(bytes))
    } catch {
      continue
    }
    return {
      around: ['/bin/sh', '-c', 'echo $$ > "$0" && exec "$@"', join(group, 'cgroup.procs')],
      killed: () => Number(/^oom_kill (\d+)/m.exec(readFileSync(join(group, events), 'utf8'))?.[1] ?? 0),
      remove: () => rmdirSync(group),
    }
  }
  return null
}
