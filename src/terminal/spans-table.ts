import type { TimelineSpan } from '../ops/timelines.ts'
import { columns } from './table.ts'

/** The timelines of a bucket, one a line; the current history is marked. */
export const spansTable = (spans: TimelineSpan[]): string =>
  [
    columns([
      ['  TIMELINE', 'FROM', 'TO', 'LITESTREAM', 'SIZE', 'BEGAN'],
      ...spans.map((span) => [
        `${span.isInLine ? '*' : ' '} ${span.id}`,
        span.first ?? 'nothing yet',
        span.left ?? (span.isInLine ? 'now' : (span.last ?? '-')),
        span.format ?? '-',
        sizeText(span.size),
        span.from === null ? span.why : `${span.why}, from ${span.from}`,
      ]),
    ]),
    '',
    '* the history of the database, which --at goes back in; others by --timeline',
  ].join('\n')

const sizeText = (bytes: number): string =>
  bytes < 1_048_576 ? `${Math.ceil(bytes / 1024)} KiB` : `${(bytes / 1_048_576).toFixed(1)} MiB`
