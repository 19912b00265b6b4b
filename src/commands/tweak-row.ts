import { InvalidArgumentError } from 'commander'
import type { PlanOptions } from '../plan/options.ts'
import { askOne, askText, type Option } from '../terminal/prompts.ts'

/** A setting of the plan that can be edited. */
export interface Row {
  label: string
  /** As it is now. */
  value: string
  edit: () => Promise<PlanOptions>
}

/** A value that is typed; `read` throws InvalidArgumentError for what it cannot be. */
export const typed = <Value>(
  label: string,
  value: string,
  read: (text: string) => Value,
  optionsOf: (value: Value) => PlanOptions,
): Row => ({
  label,
  value: value || '-',
  edit: async () => {
    const answer = await askText(label, value, (text) => faultOf(read, text, value))
    return answer === value ? {} : optionsOf(read(answer))
  },
})

/** One of some values, the present one first. */
export const chosen = <Value extends string>(
  label: string,
  [value, now]: [shown: string, now: Value],
  words: Record<Value, string>,
  optionsOf: (value: Value) => PlanOptions,
): Row => ({
  label,
  value,
  edit: async () => {
    const optionFor = (each: Value): Option<Value> => ({ value: each, label: words[each] })
    const others = (Object.keys(words) as Value[]).filter((each) => each !== now)
    return optionsOf(await askOne(label, [optionFor(now), ...others.map(optionFor)]))
  },
})

export const switched = (
  label: string,
  isOn: boolean,
  optionsOf: (isOn: boolean) => PlanOptions,
  words: { on: string; off: string },
): Row =>
  chosen(label, isOn ? ['yes', 'on'] : ['no', 'off'], words, (answer: 'on' | 'off') =>
    optionsOf(answer === 'on'),
  )

/** What stood there may stay, even empty. */
const faultOf = (read: (text: string) => unknown, answer: string, before: string): string | undefined => {
  if (answer === before) return undefined
  try {
    read(answer)
    return undefined
  } catch (error) {
    if (error instanceof InvalidArgumentError) return error.message
    throw error
  }
}
