import { SeaworthyError, systemCode } from '../errors.ts'

const refusals = ['EACCES', 'EPERM', 'EROFS']

/** What the system did not let a step do, and what would; any other error as it is. */
export const nameDenial = (error: unknown): unknown => {
  const code = systemCode(error)
  if (code === undefined || !refusals.includes(code) || error instanceof SeaworthyError) return error
  const { path, dest, syscall } = error as NodeJS.ErrnoException & { dest?: string }
  const me = `${process.getuid?.()}:${process.getgid?.()}`
  return new SeaworthyError({
    code: 'SW-DENIED',
    what: `The system refused ${syscall ?? 'a call'} ${dest ?? path ?? ''}`.trimEnd().concat('.'),
    why: code === 'EROFS' ? 'Its file system is read-only.' : `${code}: this start runs as ${me}.`,
    next:
      code === 'EROFS'
        ? 'Let the app open the file on the volume by its own path, so that no link is needed: DATABASE_URL=file:/data/dev.db'
        : 'Let root start the script, with SEAWORTHY_USER=<user> for the app, or give this user the folder: chown',
    cause: error,
  })
}
