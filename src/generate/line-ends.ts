/** Lets a text be edited with plain line ends: one that had `\r\n` on every line has it afterwards, on the new lines too. */
export const keepingLineEnds = (text: string, edit: (text: string) => string): string =>
  /\r\n/.test(text) && !/[^\r]\n|^\n/.test(text)
    ? edit(text.replaceAll('\r\n', '\n')).replaceAll('\n', '\r\n')
    : edit(text)
