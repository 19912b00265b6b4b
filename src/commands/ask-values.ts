import { whyNoBucket } from '../platforms/compose/environment.ts'
import { askSecret, askText, askYesNo } from '../terminal/prompts.ts'

export type Values = Record<string, string>

/**
 * Asks for the value of each variable; what is left empty is not in the answer. Whether the store lets these keys at the
 * bucket is found out before anything is made of them.
 *
 * @throws SeaworthyError `SW-STOPPED`.
 */
export const askForValues = async (names: string[], say: (text: string) => void): Promise<Values> => {
  say('Values for .env.production; Enter leaves one for later.')
  for (;;) {
    const values = await askAll(names)
    const why = await whyNoBucket(values)
    if (why === null) return values
    say(`The bucket cannot be had with these values: ${why}`)
    if (await askYesNo('Keep them all the same?')) return values
  }
}

const askAll = async (names: string[]): Promise<Values> => {
  const values: Values = {}
  for (const name of names) {
    const value = isSecret(name) ? await askSecret(name) : await askText(name, defaults[name] ?? '', noFault)
    if (value !== '') values[name] = value
  }
  return values
}

const isSecret = (name: string): boolean => /(?:SECRET|KEY|TOKEN|PASSWORD)$/.test(name)

const defaults: Values = { AWS_REGION: 'auto' }

const noFault = () => undefined
