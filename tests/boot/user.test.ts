import { describe, expect, it } from 'vitest'
import { findUser } from '../../src/boot/user.ts'

const table = (text: string): string[][] => text.split('\n').map((line) => line.split(':'))
const passwd = table(`root:x:0:0:root:/root:/bin/bash
node:x:1000:1001::/home/node:/bin/bash
bare:x:1002:1002:::`)
const groups = table(`video:x:44:other,node
node:x:1001:
audio:x:29:nodette`)

describe('the user of an image', () => {
  it.each([
    ['node', { name: 'node', uid: 1000, gid: 1001, groups: [44], home: '/home/node' }],
    ['1000', { name: 'node', uid: 1000, gid: 1001, groups: [44], home: '/home/node' }],
    ['1000:7', { name: 'node', uid: 1000, gid: 7, groups: [], home: '/home/node' }],
    ['4711:7', { name: '4711', uid: 4711, gid: 7, groups: [], home: '/' }],
    ['bare', { name: 'bare', uid: 1002, gid: 1002, groups: [], home: '/' }],
    ['root', { name: 'root', uid: 0, gid: 0, groups: [], home: '/root' }],
  ])('%s', (text, user) => expect(findUser(text, passwd, groups)).toEqual(user))

  it.each(['nobody-here', '4711', 'node:node', '', '-1', '1000:'])('is not %j', (text) => {
    expect(() => findUser(text, passwd, groups)).toThrow(expect.objectContaining({ code: 'SW-USER-UNKNOWN' }))
  })
})
