/** Without the space around it. */
export const tidy = (text) => text.trim()
