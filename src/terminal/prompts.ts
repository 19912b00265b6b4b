import { confirm, isCancel, password, select, text } from '@clack/prompts'
import { interrupted } from '../errors.ts'

/** Asks for yes or no; Enter alone is no. */
export const askYesNo = async (message: string): Promise<boolean> =>
  answered(await confirm({ message: `${message} (y/N)`, initialValue: false }))

/** Lets a value be edited; `fault` says what is wrong with an answer, or undefined. */
export const askText = async (
  message: string,
  initialValue: string,
  fault: (answer: string) => string | undefined,
): Promise<string> =>
  answered(await text({ message, initialValue, validate: (answer) => fault(answer ?? '') })) ?? ''

/** Lets a value be typed that nobody is to see; nothing is an answer too. */
export const askSecret = async (message: string): Promise<string> =>
  answered(await password({ message })) ?? ''

export interface Option<Value> {
  value: Value
  label: string
}

/** One of several answers; Enter alone is the first. */
export const askOne = async <Value extends string>(
  message: string,
  options: [Option<Value>, ...Option<Value>[]],
): Promise<Value> =>
  answered(await select<string>({ message, options, initialValue: options[0].value })) as Value

/** Ctrl-C and Escape are an answer too: nothing more is done. */
const answered = <Answer>(answer: Answer): Exclude<Answer, symbol> => {
  if (isCancel(answer)) throw interrupted()
  return answer as Exclude<Answer, symbol>
}
