import type { Context } from '../context.ts'

const frames = ['⠋', '⠙', '⠹', '⠸', '⠼', '⠴', '⠦', '⠧', '⠇', '⠏']

/** Shows in a terminal that something is under way; Ctrl-C goes on to end this process. */
export const withSpinner = async <Result>(
  text: string,
  work: () => Result | Promise<Result>,
  { isInteractive, draw }: Pick<Context, 'isInteractive' | 'draw'>,
): Promise<Result> => {
  if (!isInteractive) return work()
  let turn = 0
  const show = () => draw(`\r${frames[turn++ % frames.length]} ${text}`)
  show()
  const timer = setInterval(show, 80)
  try {
    // Work that never waits would leave the first frame no time to be seen.
    await new Promise(setImmediate)
    return await work()
  } finally {
    clearInterval(timer)
    draw(`\r${' '.repeat(text.length + 2)}\r`)
  }
}
