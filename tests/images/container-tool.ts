/** What builds images and starts containers of them: Docker, or buildah where there is no Docker. */
export interface ContainerTool {
  name: string
  /**
   * Builds an image and gives its name.
   *
   * @param context absolute path of the folder that is sent to the build.
   * @param dockerfile relative to it.
   * @param layers kept: one for each line, so that the size is Docker's; squashed is quicker, where there is a choice.
   */
  build(context: string, dockerfile: string, tag: string, layers?: 'kept' | 'squashed'): Promise<string>
  /** Bytes, as the tool counts them. */
  size(image: string): Promise<number>
  /** Paths of all files (no folders, no links), with a slash at the start. */
  files(image: string): Promise<string[]>
  /** Starts the image's own command on the network of this machine, with a folder as the volume at /data. */
  start(image: string, env: Record<string, string>, volume: string): Promise<Container>
  remove(image: string): Promise<void>
}

export interface Container {
  /** All that it printed, both streams. */
  output(): string
  isRunning(): boolean
  /** Sends SIGTERM to its main process and gives the exit code. */
  stop(): Promise<number>
  /** Everything dies at once, and the container with all that is not on the volume is removed. */
  destroy(): Promise<void>
}
