/** Hands out output line by line, however it comes in pieces; what has no end of line yet waits for it. */
export const byLine = (say: (line: string) => void): ((piece: string) => void) => {
  let rest = ''
  return (piece) => {
    const lines = `${rest}${piece}`.split('\n')
    rest = lines.pop() ?? ''
    for (const line of lines) say(line)
  }
}
