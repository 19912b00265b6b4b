import { renameSync, writeFileSync } from 'node:fs'

/**
 * Writes a file whole: whoever reads it meanwhile has the old text or the new one.
 *
 * @param mode what others may do with it, where it holds secrets.
 */
export const replaceFile = (file: string, text: string, mode = 0o666): void => {
  const temporary = `${file}.${process.pid}.tmp`
  writeFileSync(temporary, text, { mode })
  renameSync(temporary, file)
}
