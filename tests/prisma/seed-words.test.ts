import { expect, it } from 'vitest'
import { seedWords } from '../../src/prisma/seed-words.ts'

// Tried with 6.19.3 and 7.10.0, whose `prisma db seed` hands these words to the program.
it.each([
  ['node prisma/seed.js', ['node', 'prisma/seed.js']],
  ['  node   prisma/seed.js  ', ['node', 'prisma/seed.js']],
  [
    'ts-node --compiler-options {"module":"CommonJS"} prisma/seed.ts',
    ['ts-node', '--compiler-options', '{"module":"CommonJS"}', 'prisma/seed.ts'],
  ],
  ['node my\\ seed.js --name a\\ b\\ c', ['node', 'my seed.js', '--name', 'a b c']],
  ['node C:\\seed.js', ['node', 'C:\\seed.js']],
  ['node "my seed.js"', ['node', '"my', 'seed.js"']],
  ['node a.js && node b.js', ['node', 'a.js', '&&', 'node', 'b.js']],
  ['node a.js $HOME *.js', ['node', 'a.js', '$HOME', '*.js']],
  ['node a.js\tb', ['node', 'a.js\tb']],
])('%j is split as `prisma db seed` splits it', (line, words) => {
  expect(seedWords(line)).toEqual(words)
})
