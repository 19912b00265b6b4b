/** Who is asked before a step outside of the app's folder, and told what happens. */
export interface Conversation {
  /** Whether to run the step's command; throwing stops all. */
  confirm: (about: string, command: string) => Promise<boolean>
  say: (text: string) => void
}
