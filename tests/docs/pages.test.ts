import { existsSync, readdirSync } from 'node:fs'
import { join, posix } from 'node:path'
import { describe, expect, it } from 'vitest'
import { codeSpans } from '../support/markdown.ts'
import { repository, textOf } from '../support/source-files.ts'

const pagesIn = (folder: string): string[] =>
  readdirSync(join(repository, folder))
    .filter((name) => name.endsWith('.md'))
    .map((name) => posix.join(folder, name))

const decisions = pagesIn('docs/decisions').filter((path) => /\/\d{4}-/.test(path))
const pages = [...pagesIn('.'), ...pagesIn('docs'), ...pagesIn('docs/decisions')]

/** A heading as the anchor that it is linked by. */
const anchorsOf = (page: string): string[] =>
  [...textOf(page).matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) =>
    heading
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N}\s_-]/gu, '')
      .replaceAll(' ', '-'),
  )

const brokenLinks = (page: string): string[] =>
  [...textOf(page).matchAll(/\]\(([^)\s]+)\)/g)]
    .map(([, link = '']) => link)
    .filter((link) => !/^[a-z]+:/.test(link))
    .filter((link) => {
      const [path = '', anchor] = link.split('#')
      const target = path === '' ? page : posix.join(posix.dirname(page), path)
      if (!existsSync(join(repository, target))) return true
      return anchor !== undefined && !anchorsOf(target).includes(anchor)
    })

const missingPaths = (page: string): string[] =>
  codeSpans(textOf(page))
    .filter((code) => /^(src|tests|docs|scripts|bench|examples)\/[\w./-]+$/.test(code))
    .filter((path) => !existsSync(join(repository, path)))

describe.each(pages)('%s', (page) => {
  it('links to what is there', () => expect(brokenLinks(page)).toEqual([]))
  it('names paths that are there', () => expect(missingPaths(page)).toEqual([]))
})

describe('docs/decisions', () => {
  it.each(decisions)('%s has date, status and the three parts', (page) => {
    const text = textOf(page)
    expect(text).toMatch(/^# \d{4} .+\n\n\d{4}-\d\d-\d\d · (accepted|superseded by \[\d{4}\]\(.+\))\n/)
    expect(text.match(/^## .+$/gm)).toEqual(['## Context', '## Decision', '## Consequences'])
  })

  it('has a number once', () => {
    const numbers = decisions.map((path) => posix.basename(path).slice(0, 4))
    expect(numbers).toEqual([...new Set(numbers)])
  })

  it('has each page in its list', () => {
    const list = textOf('docs/decisions/README.md')
    expect(decisions.filter((path) => !list.includes(`(${posix.basename(path)})`))).toEqual([])
  })

  it('has a reason for each dependency, and for none that has gone', () => {
    const { devDependencies, optionalDependencies } = JSON.parse(textOf('package.json'))
    const present = Object.keys({ ...devDependencies, ...optionalDependencies })
      .filter((name) => !name.startsWith('@types/'))
      .map((name) => name.replace(/^(@flydotio\/litestream)-.*/, '$1-*'))
    const reasoned = decisions.flatMap((path) =>
      [...textOf(path).matchAll(/^- `([^`]+)`/gm)].map(([, name = '']) => name),
    )
    expect(reasoned.sort()).toEqual([...new Set(present)].sort())
  })
})
