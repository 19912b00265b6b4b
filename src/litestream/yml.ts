import { parse } from 'yaml'
import { reasonOf } from '../errors.ts'
import { invalidYml, type Yaml } from './config.ts'

/**
 * The contents of `litestream.yml`. By itself because of its parser, which a start loads only when the file has changed.
 *
 * @throws SeaworthyError `SW-LITESTREAM-YML`.
 */
export const parseYml = (file: string, text: string): Yaml => {
  try {
    const value: unknown = parse(text)
    if (typeof value === 'object' && value !== null) return value as Yaml
  } catch (error) {
    throw invalidYml(file, reasonOf(error))
  }
  throw invalidYml(file, 'It is empty.')
}
