const plain = /^[\w@%+=:,./ \t-]+$/

/**
 * The words of a command that was typed as one line. A line that needs a shell (quotes, `&&`, variables, an
 * assignment in front) keeps it: `sh -c` with the line as it is.
 */
export const shellWords = (line: string): string[] => {
  const text = line.trim()
  if (text === '') return []
  const words = text.split(/\s+/)
  return plain.test(text) && !words[0]?.includes('=') ? words : ['sh', '-c', text]
}
