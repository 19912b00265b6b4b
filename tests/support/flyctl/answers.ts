import type { App, Machine, Volume, World } from './state.ts'

/** Shapes as Go writes them: fly.App has no JSON names, machines and volumes have. https://github.com/superfly/fly-go */
export const appAnswer = (name: string, app: App): object => ({
  ID: name,
  Name: name,
  Status: app.isDeployed ? 'deployed' : 'pending',
  Deployed: app.isDeployed,
  Hostname: `${name}.fly.dev`,
  AppURL: '',
  Version: 0,
  Organization: { ID: '', Slug: app.org, Name: app.org },
  PlatformVersion: 'machines',
})

/** `null` where there is none, as Go writes an empty list. */
export const listAnswer = <Each>(list: Each[]): Each[] | null => (list.length === 0 ? null : list)

export const machineAnswer = (machine: Machine, isHealthy: boolean): object => ({
  id: machine.id,
  name: `quiet-sea-${machine.id.slice(0, 4)}`,
  state: machine.state,
  region: machine.region,
  image_ref: { registry: 'registry.fly.io', repository: 'app', tag: `deployment-${machine.starts}` },
  created_at: '2026-11-23T09:00:00Z',
  updated_at: '2026-11-23T09:00:00Z',
  config: {
    metadata: { fly_platform_version: 'v2', fly_process_group: machine.group },
    ...(machine.volume ? { mounts: [{ volume: machine.volume, path: '/data', name: 'data' }] } : {}),
  },
  checks: [{ name: 'servicecheck-00-http-3000', status: isHealthy ? 'passing' : 'critical' }],
  host_status: 'ok',
  cordoned: false,
})

export const volumeAnswer = (volume: Volume, app: App): object => ({
  id: volume.id,
  name: volume.name,
  state: 'created',
  size_gb: volume.sizeGb,
  region: volume.region,
  zone: 'a1b2',
  encrypted: true,
  attached_machine_id: app.machines.find((machine) => machine.volume === volume.id)?.id ?? null,
  attached_alloc_id: null,
  created_at: '2026-11-23T09:00:00Z',
  host_dedication_id: '',
  snapshot_retention: volume.snapshotDays,
  auto_backup_enabled: true,
  host_status: 'ok',
})

export const secretsAnswer = ({ secrets, isDeployed }: App): object[] =>
  Object.keys(secrets).map((name) => ({
    name,
    digest: '0123456789abcdef',
    status: isDeployed ? 'Deployed' : 'Staged',
  }))

export const versionAnswer = ({ version }: World): object => ({
  Name: 'flyctl',
  Version: version,
  Commit: '0123456789abcdef',
  BranchName: '',
  BuildDate: '2026-11-23T00:00:00Z',
  OS: 'linux',
  Architecture: 'amd64',
  Environment: 'production',
})

const region = (code: string, name: string): object => ({
  ...{ code, name, latitude: 0, longitude: 0, gateway_available: true },
  ...{
    requires_paid_plan: false,
    deprecated: false,
    capacity: 100,
    geo_region: 'europe',
    mpg_available: true,
  },
})

export const regionsAnswer = [
  region('ams', 'Amsterdam, Netherlands'),
  region('iad', 'Ashburn, Virginia (US)'),
  region('syd', 'Sydney, Australia'),
]
