import { readFileSync } from 'node:fs'

// Read, not imported: source (src/) and bundle (dist/) both lie one folder below package.json.
const packageJson: unknown = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'))

/** The version of seaworthy itself. */
export const version =
  typeof packageJson === 'object' && packageJson !== null && 'version' in packageJson
    ? String(packageJson.version)
    : '0.0.0'
