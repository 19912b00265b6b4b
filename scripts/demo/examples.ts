/** A row as the example's JSON API gives it. */
export type Row = Record<string, unknown>

/** What the demo must know of an example app. */
export interface Example {
  /** Path of its JSON API: GET lists, POST adds. */
  api: string
  /** The body of a row to add. */
  row: (number: number) => Row
  /** What the seed makes, one of each: how many there are. */
  seedMarks: Record<string, (rows: Row[]) => number>
}

export const examples: Record<string, Example> = {
  'logbook-prisma6': {
    api: '/api/entries',
    row: (number) => ({ vessel: 'Gull', text: `Entry ${number}, written before the machine was lost.` }),
    seedMarks: {
      'vessel Seaworthy': (rows) =>
        new Set(rows.filter(isAboardSeaworthy).map(({ vesselId }) => vesselId)).size,
      'entry "Cast off at first light"': (rows) =>
        rows.filter(({ text }) => String(text).startsWith('Cast off at first light')).length,
    },
  },
  'notes-prisma7': {
    api: '/api/notes',
    row: (number) => ({
      title: `Note ${number}`,
      body: 'Written before the machine was lost.',
      tags: ['demo'],
    }),
    seedMarks: {
      'note "Welcome aboard"': (rows) => rows.filter(({ title }) => title === 'Welcome aboard').length,
    },
  },
}

const isAboardSeaworthy = ({ vessel }: Row): boolean =>
  typeof vessel === 'object' && vessel !== null && 'name' in vessel && vessel.name === 'Seaworthy'
