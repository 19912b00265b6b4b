import { usageError } from '../errors.ts'

// As fallocate takes them, and as Fly counts: a megabyte is 1024 × 1024 bytes with every spelling.
const bytesOf: Record<string, number> = { '': 1, k: 1024, m: 1024 ** 2, g: 1024 ** 3 }

/**
 * The size of a swap file in whole megabytes: `512M`, `512MB`, `1G`, `1GiB`, or a number of bytes.
 * @throws SW-USAGE for anything else, and for less than a megabyte.
 */
export const swapMegabytes = (size: string | undefined): number | null => {
  if (!size) return null
  const [, amount, unit = ''] = /^(\d+)\s*([kmg]?)(?:i?b)?$/i.exec(size.trim()) ?? []
  const megabytes = Math.round((Number(amount) * (bytesOf[unit.toLowerCase()] ?? Number.NaN)) / 1024 ** 2)
  if (megabytes > 0) return megabytes
  throw usageError(`The swap size ${size} is no size.`, 'Write it like this: --swap=512M, --swap=1G')
}
