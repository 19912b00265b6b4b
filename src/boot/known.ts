import { createHash } from 'node:crypto'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

/**
 * What an earlier start on this volume found out about a file of the image: asking again costs a warm start a process or
 * a parser. A fault of the store of answers is no fault of the start: then it is asked again.
 *
 * @param state `.seaworthy` on the volume.
 * @param name of what is asked, for the file's name.
 * @param source what the answer depends on; any other source is asked about anew.
 */
export const known = async <Answer>(
  state: string,
  name: string,
  source: string,
  ask: () => Promise<Answer>,
): Promise<Answer> => {
  const file = join(state, `known-${name}.json`)
  const key = createHash('sha256').update(source).digest('hex')
  const kept = readKept<Answer>(file)
  if (kept !== null && kept.key === key) return kept.answer
  const answer = await ask()
  try {
    writeFileSync(file, JSON.stringify({ key, answer }), { mode: 0o600 })
  } catch {
    // A full disk must not keep a restore from running.
  }
  return answer
}

const readKept = <Answer>(file: string): { key: string; answer: Answer } | null => {
  try {
    return JSON.parse(readFileSync(file, 'utf8'))
  } catch {
    return null
  }
}
