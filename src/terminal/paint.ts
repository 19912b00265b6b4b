import picocolors from 'picocolors'

export type Paint = ReturnType<typeof picocolors.createColors>

/** Colours, or the same functions doing nothing. */
export const paint = (hasColor: boolean): Paint => picocolors.createColors(hasColor)
