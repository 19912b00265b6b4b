import {
  chmodSync,
  chownSync,
  existsSync,
  fchownSync,
  fstatSync,
  lchownSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
} from 'node:fs'
import { dirname, join } from 'node:path'
import { SeaworthyError } from '../errors.ts'
import { metadataFolder } from '../litestream/position.ts'
import { companions } from '../sqlite/file.ts'
import type { FileLock } from '../sqlite/file-lock.ts'
import { machineOf } from './identity.ts'
import { runningProcesses } from './leftovers.ts'
import type { Place } from './place.ts'
import type { Settings } from './settings.ts'
import { checkVolume, lockVolume, lockVolumeNow } from './volume.ts'

interface User {
  /** The number, for one that /etc/passwd does not know. */
  name: string
  uid: number
  gid: number
  /** Other groups that he is a member of. */
  groups: number[]
  home: string
}

/**
 * Where root starts us and a user was named: gives him what is ours on the volume and the way to it in the app's folder,
 * and becomes him, so that all that is started from here on is his. Before that it ends what an earlier start left
 * running, which he might not be allowed to.
 *
 * @returns how many processes it ended.
 * @throws SeaworthyError `SW-USER-UNKNOWN`, before anything is touched, and what `checkVolume` and `lockVolume` throw.
 */
export const becomeUser = async (
  settings: Settings,
  place: Place,
  env: NodeJS.ProcessEnv,
): Promise<number> => {
  if (settings.user === undefined || process.getuid?.() !== 0) return 0
  const user = findUser(settings.user, readTable('/etc/passwd'), readTable('/etc/group'))
  if (user.uid === 0) return 0
  const ended = settings.role === 'app' ? await handOverVolume(settings, place, user, env) : 0
  openLinkFolder(place, user)
  dropTo(user, env)
  return ended
}

/**
 * @param passwd fields of https://man7.org/linux/man-pages/man5/passwd.5.html
 * @param groups fields of https://man7.org/linux/man-pages/man5/group.5.html
 * @throws SeaworthyError `SW-USER-UNKNOWN`.
 */
export const findUser = (text: string, passwd: string[][], groups: string[][]): User => {
  const [, uid, gid] = /^(\d+)(?::(\d+))?$/.exec(text) ?? []
  const entry = passwd.find((fields) => (uid === undefined ? fields[0] === text : fields[2] === uid))
  const group = gid ?? entry?.[3]
  if (group === undefined) throw unknownUser(text)
  const name = entry?.[0] ?? text.split(':', 1).join()
  // A group that is named is the only one, as for the user of a container.
  const others =
    gid === undefined ? groups.filter(([, , , members = '']) => members.split(',').includes(name)) : []
  return {
    name,
    uid: Number(uid ?? entry?.[2]),
    gid: Number(group),
    groups: others.map(([, , number]) => Number(number)),
    home: entry?.[5] || '/',
  }
}

const readTable = (file: string): string[][] =>
  existsSync(file)
    ? readFileSync(file, 'utf8')
        .split('\n')
        .map((line) => line.split(':'))
    : []

// Under the lock, which is taken again by him: nobody else writes while the owner changes.
const handOverVolume = async (
  settings: Settings,
  place: Place,
  user: User,
  env: NodeJS.ProcessEnv,
): Promise<number> => {
  checkVolume(settings, place.file)
  for (const path of [settings.volume, place.state, join(place.state, 'lock.db')]) give(path, user)
  const lock = await lockAs(user, () =>
    settings.isHandover
      ? lockVolumeNow(settings.volume)
      : lockVolume(settings.volume, settings.lockWait * 1000),
  )
  // Whoever runs on the volume has got it already, and is no leftover.
  if (lock === null) return 0
  const ended = await runningProcesses(place.state, machineOf(place.state, env)).endLeftovers()
  for (const folder of foldersTo(place.file, settings.volume)) give(folder, user)
  for (const suffix of ['', ...companions]) give(place.file + suffix, user)
  giveTree(place.state, user)
  giveTree(metadataFolder(place.file), user)
  lock.release()
  return ended
}

// Root opens no database that he may have written: a journal beside it can name files for SQLite to remove.
const lockAs = async ({ uid, gid }: User, lock: () => Promise<FileLock | null>): Promise<FileLock | null> => {
  process.setegid?.(gid)
  process.seteuid?.(uid)
  try {
    return await lock()
  } finally {
    process.seteuid?.(0)
    process.setegid?.(0)
  }
}

const foldersTo = (file: string, volume: string): string[] => {
  const folder = dirname(file)
  return folder === volume ? [volume] : [...foldersTo(folder, volume), folder]
}

const giveTree = (path: string, user: User): void => {
  give(path, user)
  if (!lstatSync(path, { throwIfNoEntry: false })?.isDirectory()) return
  for (const name of readdirSync(path)) giveTree(join(path, name), user)
}

// Never through a link: he may have made it, and what it leads to is not his.
const give = (path: string, { uid, gid }: User): void => {
  const info = lstatSync(path, { throwIfNoEntry: false })
  if (info !== undefined && info.uid !== uid) lchownSync(path, uid, gid)
}

/**
 * Lets him make and change the link in a folder of the app's. The folder stays its owner's, and is sticky: he can replace
 * what is his there, the link, and not a script that root starts next time.
 */
const openLinkFolder = ({ link }: Place, user: User): void => {
  if (link === null) return
  const folder = dirname(link)
  mkdirSync(folder, { recursive: true })
  give(link, user)
  const { uid, gid, mode } = statSync(folder)
  const isOpen = uid === user.uid || (gid === user.gid && (mode & stickyForGroup) === stickyForGroup)
  if (isOpen) return
  chownSync(folder, uid, user.gid)
  chmodSync(folder, (mode & 0o7777) | stickyForGroup)
}

const stickyForGroup = 0o1070

const dropTo = (user: User, env: NodeJS.ProcessEnv): void => {
  givePipes(user)
  process.setgroups?.([user.gid, ...user.groups])
  process.setgid?.(user.gid)
  process.setuid?.(user.uid)
  Object.assign(env, { HOME: user.home, USER: user.name, LOGNAME: user.name })
}

// An app that opens /dev/stdout opens the pipe anew, as its owner; runc does the same for a container's user.
const givePipes = ({ uid, gid }: User): void => {
  for (const fd of [0, 1, 2]) if (fstatSync(fd).isFIFO()) fchownSync(fd, uid, gid)
}

const unknownUser = (text: string): SeaworthyError =>
  new SeaworthyError({
    code: 'SW-USER-UNKNOWN',
    what: `There is no user ${text} to run the app as.`,
    why: 'It is neither a name nor a number in /etc/passwd, nor both numbers, such as 1000:1000.',
    next: 'Name one that the image has, by SEAWORTHY_USER or user in the start script: cut -d: -f1,3,4 /etc/passwd',
  })
