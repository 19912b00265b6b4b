/** The end of an output, for the `why` of an error; further lines are indented to stand under its first. */
export const lastLines = (text: string, count: number): string =>
  text.trim().split('\n').slice(-count).join('\n        ')
