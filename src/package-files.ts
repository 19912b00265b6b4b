import { fileURLToPath } from 'node:url'

// Source (src/) and bundle (dist/) both lie one folder below package.json.
/** The program that watches over a machine of the local platform; a process of its own, so always the bundle. */
export const supervisorFile = fileURLToPath(new URL('../dist/supervisor.js', import.meta.url))
