import { describe, expect, it } from 'vitest'
import { readLogLine } from '../../src/litestream/log-line.ts'

// Lines of the real programs.
const at = '"time":"2026-11-23T02:54:56.49Z"'
const v3 = {
  start: `{${at},"level":"INFO","msg":"litestream","version":"v0.3.13"}`,
  begin: `{${at},"level":"INFO","msg":"write wal segment","db":"/d/a.db","replica":"file","position":"1cec697e319be692/00000000:24752"}`,
  segment: `{${at},"level":"INFO","msg":"wal segment written","db":"/d/a.db","replica":"file","position":"1cec697e319be692/0000001f:24752","elapsed":"705.922µs","sz":4120}`,
  failed: `{${at},"level":"ERROR","msg":"monitor error","db":"/d/a.db","replica":"s3","error":"client write: RequestCanceled: request context canceled"}`,
  retention: `{${at},"level":"ERROR","msg":"retainer error","error":"cannot obtain snapshot list"}`,
  snapshot: `{${at},"level":"INFO","msg":"snapshot written","db":"/d/a.db","replica":"file","position":"1cec697e319be692/00000000:24752","elapsed":"8.3ms","sz":333}`,
}
const v5 = {
  start: `{${at},"level":"INFO","msg":"litestream","version":"v0.5.16","level":"info"}`,
  upload: `{${at},"level":"INFO","msg":"ltx file uploaded","system":"store","db":"a.db","replica":"file","level":0,"minTXID":"0000000000000002","maxTXID":"000000000000001f","size":191}`,
  sync: `{${at},"level":"INFO","msg":"replica sync","system":"store","db":"a.db","replica":"file","txid":{"replica":"0000000000000002","db":"0000000000000003"}}`,
  compaction: `{${at},"level":"INFO","msg":"compaction complete","system":"store","db":"a.db","level":1,"txid":{"min":"0000000000000001","max":"0000000000000001"},"size":566}`,
  error: `{${at},"level":"ERROR","msg":"monitor error","system":"store","db":"a.db","replica":"file","error":"write ltx file: mkdir /r: not a directory","consecutive_errors":1,"backoff":100000000}`,
  warning: `{${at},"level":"WARN","msg":"shutdown sync failed, retrying (press Ctrl+C again to skip)","system":"store","db":"a.db","attempts":1,"error":"calc pos"}`,
}

describe('readLogLine', () => {
  it('tells how far 0.3 has uploaded: to the end of the segment', () => {
    expect(readLogLine(v3.segment)?.uploaded).toEqual({
      dialect: '0.3',
      generation: '1cec697e319be692',
      index: 31,
      offset: 24752 + 4120,
    })
  })

  it('tells how far 0.5 has uploaded', () => {
    expect(readLogLine(v5.upload)).toMatchObject({ level: 'info', uploaded: { dialect: '0.5', txid: 31 } })
  })

  it('tells how far the backup of 0.5 goes, before each upload', () => {
    expect(readLogLine(v5.sync)?.uploaded).toEqual({ dialect: '0.5', txid: 2 })
  })

  it.each([
    [v3.begin, 'begun'],
    [v3.segment, 'ended'],
    [v3.failed, 'ended'],
    [v3.snapshot, null],
    [v3.retention, null],
    [v5.upload, null],
  ])('tells when 0.3 begins to upload a piece of log, and when that ends: %s', (line, upload) => {
    expect(readLogLine(line)?.upload).toBe(upload)
  })

  const told = [v3.segment, v5.upload, v5.sync]
  it.each(Object.entries({ ...v3, ...v5 }).filter(([, line]) => !told.includes(line)))(
    'takes no other line for an upload: %s',
    (_, line) => {
      expect(readLogLine(line)?.uploaded).toBeNull()
    },
  )

  it.each([
    [v5.start, 'info', 'litestream'],
    [v5.compaction, 'info', 'compaction complete'],
    [v5.error, 'error', 'monitor error: write ltx file: mkdir /r: not a directory'],
    [v5.warning, 'warn', 'shutdown sync failed, retrying (press Ctrl+C again to skip): calc pos'],
    ['panic: runtime error', 'error', 'panic: runtime error'],
    ['something else', 'info', 'something else'],
    ['"a text"', 'info', '"a text"'],
  ])('%s', (line, level, text) => {
    expect(readLogLine(line)).toMatchObject({ level, text })
  })

  it('takes an empty line for nothing', () => {
    expect(readLogLine('  ')).toBeNull()
  })
})
