import { expect, it } from 'vitest'
import { connections } from '../../src/platforms/compose/traffic.ts'

// As cat /proc/net/tcp prints it on x86-64: 172.18.0.3 speaks with 172.18.0.4:3000 and, from its port 443, with 172.18.0.1.
const table = `  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode
   0: 0B00007F:8CB1 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 61 1 0 100 0 0 10 0
   1: 030012AC:9C40 040012AC:0BB8 01 00000000:00000000 00:00000000 00000000     0        0 62 1 0 20 4 30 10 -1
   2: 030012AC:9C42 040012AC:0BB8 01 00000000:00000000 00:00000000 00000000     0        0 63 1 0 20 4 30 10 -1
   3: 030012AC:9C44 040012AC:0BB8 06 00000000:00000000 03:00000F2A 00000000     0        0 0 3 0
   4: 030012AC:01BB 010012AC:C3A2 01 00000000:00000000 00:00000000 00000000     0        0 64 1 0 20 4 30 10 -1
`

it.each([
  ['two requests, and one that has ended', '172.18.0.4', 3000, 2],
  ['another port of it', '172.18.0.4', 3001, 0],
  ['a client of Caddy’s', '172.18.0.1', 50082, 1],
  ['nobody', '172.18.0.5', 3000, 0],
])('connections to an address: %s', (_name, address, port, count) => {
  expect(connections(table, address, port)).toBe(count)
})
