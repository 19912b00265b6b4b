/** One file to be written into the user's project; `path` is relative to the app's root, with forward slashes. */
export interface GeneratedFile {
  path: string
  contents: string
  /** Permission bits; 0o644 unless the file is to be run. */
  mode: number
}

/** What writing a generated file would do to the project. */
export interface FileChange {
  path: string
  /**
   * `create`: not there yet. `identical`: nothing to do. `update`: as an earlier run of ours left it, so replaced.
   * `merge`: the user's, and lines are added to it. `conflict`: the user's, and different: somebody must choose.
   * `delete`: as an earlier run of ours left it, and needed no more.
   */
  action: 'create' | 'identical' | 'update' | 'merge' | 'conflict' | 'delete'
  before: string
  /** Null: the file goes. */
  after: string | null
  mode: number
  /** Where a copy of what was there stays: somebody may have edited it. */
  copy?: string
}

export type Choice = 'overwrite' | 'keep'
