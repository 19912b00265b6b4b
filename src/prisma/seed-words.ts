/**
 * A seed's line as the words that `prisma db seed` starts, without a shell: split at blanks, where a backslash before a
 * blank keeps it; quotes are letters like any other. Prisma 6.19 and 7 leave it to execa 5:
 * https://github.com/sindresorhus/execa/blob/v5.1.1/lib/command.js
 */
export const seedWords = (line: string): string[] => {
  const words: string[] = []
  for (const word of line.trim().split(/ +/)) {
    const last = words.at(-1)
    if (last?.endsWith('\\')) words[words.length - 1] = `${last.slice(0, -1)} ${word}`
    else words.push(word)
  }
  return words
}
