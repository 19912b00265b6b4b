import { randomBytes } from 'node:crypto'
import type { App, Machine, Volume } from './state.ts'

export const newApp = (org: string): App => ({
  org,
  isDeployed: false,
  secrets: {},
  bucket: null,
  volumes: [],
  machines: [],
})

export const newVolume = (name: string, region: string, sizeGb = 1, snapshotDays = 5): Volume => ({
  id: `vol_${randomBytes(8).toString('hex')}`,
  ...{ name, region, sizeGb, snapshotDays },
})

export const newMachine = (volume: Volume | null, region = volume?.region ?? 'ams'): Machine => ({
  id: randomBytes(7).toString('hex'),
  region,
  state: 'stopped',
  group: 'app',
  volume: volume?.id ?? null,
  starts: 0,
  release: null,
  pid: null,
})
