import semver from 'semver'

/** The majors with long-term support, newest first, from the release schedule of Node.js. */
const releases = [
  { major: 24, codename: 'krypton' },
  { major: 22, codename: 'jod' },
  { major: 20, codename: 'iron' },
  { major: 18, codename: 'hydrogen' },
  { major: 16, codename: 'gallium' },
]

/** What is used when nothing is said. */
export const currentNode = '24'

/**
 * The Node version to use for what a version file or `engines.node` says: a major whose newest release fits
 * (`22`), newest LTS first, else the one version that surely fits (`22.12.0`); null when it says nothing.
 */
export const nodeVersionIn = (text: string): string | null => {
  const asked = text.trim().toLowerCase()
  if (newest.has(asked)) return currentNode
  const named = releases.find(({ codename }) => asked === `lts/${codename}`)
  if (named) return String(named.major)
  const range = asked === '' ? null : semver.validRange(asked)
  return range === null ? null : (longTermMajor(range) ?? lowestIn(range))
}

const newest = new Set(['lts', 'lts/*', 'node', 'stable', 'current', 'latest'])

const longTermMajor = (range: string): string | null => {
  const release = releases.find(({ major }) => fitsNewestOf(major, range))
  return release ? String(release.major) : null
}

const lowestIn = (range: string): string | null => {
  const lowest = semver.minVersion(range)
  if (!lowest) return null
  return fitsNewestOf(lowest.major, range) ? String(lowest.major) : lowest.version
}

// What a tag such as `22` names moves; the highest version there could be stands for it.
const fitsNewestOf = (major: number, range: string): boolean => semver.satisfies(`${major}.999.999`, range)
