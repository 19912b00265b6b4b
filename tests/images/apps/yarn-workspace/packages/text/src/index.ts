/** Without the space around it. */
export const tidy = (text: string): string => text.trim()
