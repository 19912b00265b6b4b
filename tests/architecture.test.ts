import { describe, expect, it } from 'vitest'
import { codeSpans, section, tableRows } from './support/markdown.ts'
import { type Import, type SourceFile, sourceFiles, textOf, touchesProcess } from './support/source-files.ts'

const page = textOf('docs/ARCHITECTURE.md')

/** `boot` for src/boot/log.ts, `errors` for src/errors.ts. */
const layerOf = (path: string): string => /^src\/([^/]+?)(?:\.ts|\/.*)$/.exec(path)?.[1] ?? path

const isOurs = ({ target }: Import): boolean => target.startsWith('src/')

const byPath = new Map(sourceFiles.map((file) => [file.path, file]))

const filesWith = (isSo: (file: SourceFile) => boolean): string[] =>
  sourceFiles.filter(isSo).map(({ path }) => path)

describe('the layer table of docs/ARCHITECTURE.md', () => {
  const layers = new Map(
    tableRows(section(page, 'Layers')).flatMap(([names = '', , imports = '', types = '']) =>
      codeSpans(names).map(
        (name) => [name, { imports: codeSpans(imports), types: codeSpans(types) }] as const,
      ),
    ),
  )

  it('has a row for every folder and root file of src', () => {
    expect([...layers.keys()].sort()).toEqual(
      [...new Set(sourceFiles.map(({ path }) => layerOf(path)))].sort(),
    )
  })

  /** A layer is named whole (`prisma`), or one file of it (`boot/log`). */
  const names = (entries: readonly string[], target: string): boolean =>
    entries.some((entry) => entry === layerOf(target) || `src/${entry}.ts` === target)

  it('says what each may import, and nothing that none does', () => {
    const used = new Set<string>()
    const strangers = sourceFiles.flatMap(({ path, imports }) => {
      const layer = layerOf(path)
      const { imports: values = [], types = [] } = layers.get(layer) ?? {}
      return imports.filter(isOurs).flatMap(({ target, isType }) => {
        if (layerOf(target) === layer) return []
        for (const entry of names(values, target) ? values : types)
          if (names([entry], target)) used.add(`${layer} → ${entry}`)
        return names(values, target) || (isType && names(types, target)) ? [] : [`${path} → ${target}`]
      })
    })
    expect(strangers).toEqual([])
    const said = [...layers].flatMap(([layer, { imports, types }]) =>
      [...imports, ...types].map((entry) => `${layer} → ${entry}`),
    )
    expect(said.filter((arrow) => !used.has(arrow))).toEqual([])
  })
})

describe('imports', () => {
  it('go in no circle, types included', () => {
    const circles: string[] = []
    const settled = new Set<string>()
    const visit = (path: string, way: string[]): void => {
      if (way.includes(path)) circles.push([...way.slice(way.indexOf(path)), path].join(' → '))
      if (way.includes(path) || settled.has(path)) return
      for (const each of byPath.get(path)?.imports ?? []) if (isOurs(each)) visit(each.target, [...way, path])
      settled.add(path)
    }
    for (const { path } of sourceFiles) visit(path, [])
    expect(circles).toEqual([])
  })

  it('of our own files name the file, with its ending', () => {
    const wrong = sourceFiles.flatMap(({ imports }) =>
      imports.filter((each) => isOurs(each) && !byPath.has(each.target)),
    )
    expect(wrong).toEqual([])
  })
})

describe('what every start pays for', () => {
  const reached = new Set<string>()
  const packages = new Set<string>()
  const visit = (path: string): void => {
    if (reached.has(path)) return
    reached.add(path)
    for (const each of byPath.get(path)?.imports.filter(({ isType, isLazy }) => !isType && !isLazy) ?? []) {
      if (isOurs(each)) visit(each.target)
      else packages.add(each.target)
    }
  }
  visit('src/boot/boot.ts')

  it('is one small library', () => {
    expect([...packages].filter((name) => !name.startsWith('node:'))).toEqual(['shell-quote'])
  })

  it('is no HTTP client where the bucket is a folder or there is none', () => {
    expect([...packages].filter((name) => /^node:(https?|tls|net)$/.test(name))).toEqual([])
  })
})

describe('one place for each thing that reaches outside', () => {
  const buildTime = /^src\/(scan|plan|generate|terminal|commands)\//

  it.each([
    {
      what: 'starts processes',
      found: filesWith(({ imports }) =>
        imports.some(({ target, isType }) => target === 'node:child_process' && !isType),
      ),
      allowed: ['src/command.ts'],
    },
    {
      what: 'ends the process or sets its exit code',
      found: filesWith(({ nodes }) =>
        nodes.some((node) => touchesProcess(node, 'exit') || touchesProcess(node, 'exitCode')),
      ),
      allowed: ['src/boot/end.ts', 'src/boot/gate.ts', 'src/cli.ts'],
    },
    {
      what: "touches the user's project at build time: one reads, one writes",
      found: filesWith(
        ({ path, imports }) =>
          buildTime.test(path) && imports.some(({ target }) => target.startsWith('node:fs')),
      ),
      allowed: ['src/generate/write.ts', 'src/scan/source-tree.ts'],
    },
    {
      what: 'looks at the process at build time, instead of the context',
      found: filesWith(
        ({ path, nodes }) => buildTime.test(path) && nodes.some((node) => touchesProcess(node)),
      ),
      allowed: [],
    },
  ])('$what', ({ found, allowed }) => expect(found).toEqual(allowed))
})

describe('the map of docs/ARCHITECTURE.md', () => {
  it('names every file of the run-time, and no other', () => {
    const files = filesWith(({ path }) => path.startsWith('src/boot/')).map((path) =>
      path.slice('src/boot/'.length),
    )
    expect(
      tableRows(section(page, 'The run-time, file by file'))
        .flatMap(([names = '']) => codeSpans(names))
        .sort(),
    ).toEqual(files)
  })
})
