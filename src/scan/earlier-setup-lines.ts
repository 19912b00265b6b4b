// The lines of the start script that dockerfile-node generates (templates/docker-entrypoint.ejs of
// https://github.com/fly-apps/dockerfile-node, 0.7). What has other lines was edited by hand, or does what ours does not.
const lines: RegExp[] = [
  /^#!\/usr\/bin\/env node$/,
  /^import \{ (spawn|writeFileSync) \} from 'node:(child_process|fs)'$/,
  /^import (path|fs) from 'node:(path|fs)'$/,
  /^const \{ (spawn|writeFileSync) \} = require\('node:(child_process|fs)'\)$/,
  /^const (path|fs) = require\('node:(path|fs)'\)$/,
  /^const env = \{ \.\.\.process\.env \}$/,
  /^;?\(async\(\) => \{$/,
  /^\/\/ (If running the web server then .+|place Sqlite3 database on volume|prepare database|launch application)$/,
  /^\/\/ restore database if not present and replica exists$/,
  /^if \(process\.argv\.slice\(-\d+\)\.join\(' '\) === '.*'\) \{$/,
  /^const source = path\.resolve\('[^']*'\)$/,
  /^const target = '\/data\/' \+ path\.basename\(source\)$/,
  /^if \(!fs\.existsSync\(source\) && fs\.existsSync\('\/data'\)\) fs\.symlinkSync\(target, source\)$/,
  /^const url = new URL\(process\.env\.\w+\)$/,
  /^const target = url\.protocol === 'file:' && url\.pathname$/,
  /^(const |let )?newDb = (target && )?!fs\.existsSync\(target\)$/,
  /^if \((newDb && )?process\.env\.BUCKET_NAME\) \{$/,
  /^await exec\(`(npx )?litestream restore -config litestream\.yml -if-replica-exists \$\{target\}`\)$/,
  /^await exec\(`(npx )?litestream replicate -config litestream\.yml -exec \$\{JSON\.stringify\(process\.argv\.slice\(2\)\.join\(' '\)\)\}`\)$/,
  /^await exec\('[\w ]+ prisma migrate deploy'\)$/,
  /^if \(newDb\) await exec\(.+\)$/,
  /^await exec\(process\.argv\.slice\(2\)\.join\(' '\)\)$/,
  /^function exec\(command\) \{$/,
  /^const child = spawn\(command, \{ shell: true, stdio: 'inherit', env \}\)$/,
  /^return new Promise\(\(resolve, reject\) => \{$/,
  /^child\.on\('exit', code => \{$/,
  /^if \(code === 0\) \{$/,
  /^(resolve\(\)|reject\(new Error\(`\$\{command\} failed rc=\$\{code\}`\)\))$/,
  /^(\} else \{|\}|\}\)|\}\)\(\))$/,
]

const linesOf = (text: string): string[] =>
  text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '')

/** The script starts the app the way dockerfile-node's does. */
export const isSetupScript = (text: string): boolean =>
  linesOf(text).some(
    (line) => line === "const child = spawn(command, { shell: true, stdio: 'inherit', env })",
  )

/** Nothing in it is anybody else's. */
export const isUnedited = (text: string): boolean =>
  linesOf(text).every((line) => lines.some((known) => known.test(line)))

/** The file that it makes a link of, to the volume: as written there, relative to the app's folder. */
export const linkIn = (text: string): string | null =>
  linesOf(text)
    .map((line) => /^(?:const|let) source = path\.resolve\('([^']*)'\)$/.exec(line)?.[1])
    .find((source) => source !== undefined) ?? null
