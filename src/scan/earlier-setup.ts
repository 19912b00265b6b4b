import { posix } from 'node:path'
import { isDeepStrictEqual } from 'node:util'
import { SeaworthyError } from '../errors.ts'
import { readReplicaConfig } from '../litestream/config.ts'
import { isSetupScript, isUnedited, linkIn } from './earlier-setup-lines.ts'
import { isRecord, textAt, valueAt } from './json-value.ts'
import type { EarlierSetup } from './profile.ts'
import type { SourceTree } from './source-tree.ts'

/** The set-up for production that another tool has made of this app; null where there is none that is known. */
export const findEarlierSetup = (tree: SourceTree): EarlierSetup | null =>
  findLiteFs(tree) ?? findDockerfileNode(tree)

/** The paths in the bucket that litestream.yml names, by the names of the databases; nothing that cannot be taken over. */
export const findBackupPaths = (tree: SourceTree): Record<string, string> => {
  const yml = tree.yaml(ymlFile)
  const names = listAt(yml, 'dbs').flatMap((entry) => posix.basename(textAt(entry, 'path') ?? '') || [])
  try {
    return Object.fromEntries(
      names.map((name) => [name, readReplicaConfig(isRecord(yml) ? yml : null, ymlFile, name).path]),
    )
  } catch (error) {
    if (error instanceof SeaworthyError) return {}
    throw error
  }
}

const ymlFile = 'litestream.yml'

const scripts = ['docker-entrypoint.js', 'dbsetup.js']

const findDockerfileNode = (tree: SourceTree): EarlierSetup | null => {
  for (const script of scripts) {
    const text = tree.read(script)
    if (text === null || !isSetupScript(text)) continue
    return {
      by: 'dockerfile-node',
      script,
      link: linkIn(text),
      start: null,
      unedited: [...(isUnedited(text) ? [script] : []), ...(isTheirYml(tree) ? [ymlFile] : [])],
    }
  }
  return null
}

// Of what it writes there, only the names differ from app to app.
const isTheirYml = (tree: SourceTree): boolean => {
  const yml = tree.yaml(ymlFile)
  const [entry] = listAt(yml, 'dbs')
  const [replica] = listAt(entry, 'replicas')
  const theirs = {
    type: 's3',
    endpoint: '$AWS_ENDPOINT_URL_S3',
    bucket: '$BUCKET_NAME',
    path: textAt(replica, 'path'),
    'access-key-id': '$AWS_ACCESS_KEY_ID',
    'secret-access-key': '$AWS_SECRET_ACCESS_KEY',
  }
  return isDeepStrictEqual(yml, { dbs: [{ path: textAt(entry, 'path'), replicas: [theirs] }] })
}

const liteFsFiles = ['litefs.yml', 'other/litefs.yml', 'etc/litefs.yml']

// `exec` is one command or a list of them, of which the last one stays: https://fly.io/docs/litefs/config/#supervised-process
const findLiteFs = (tree: SourceTree): EarlierSetup | null => {
  const file = liteFsFiles.find((path) => tree.has(path))
  if (file === undefined) return null
  const exec = valueAt(tree.yaml(file), 'exec')
  const commands = (Array.isArray(exec) ? exec : [exec]).map((entry: unknown) =>
    typeof entry === 'string' ? entry : textAt(entry, 'cmd'),
  )
  return { by: 'litefs', script: null, link: null, start: startOf(commands), unedited: [] }
}

/** What is done before the app, such as `prisma generate --sql`, goes on, but for what the start script does itself. */
const startOf = (commands: (string | null)[]): string | null => {
  const [last = null, ...before] = commands.toReversed()
  const kept = before.toReversed().filter((command) => command !== null && !isOfStartScript.test(command))
  return last === null || kept.length === 0 ? last : [...kept, `exec ${last}`].join(' && ')
}

const isOfStartScript = /\bprisma migrate deploy\b|\bjournal_mode\b/

const listAt = (value: unknown, key: string): unknown[] => {
  const found = valueAt(value, key)
  return Array.isArray(found) ? found : []
}
