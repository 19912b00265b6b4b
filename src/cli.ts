import { realContext } from './context.ts'
import { systemCode } from './errors.ts'
import { main } from './main.ts'

process.stdout.on('error', (error) => {
  // Who reads it has read enough: `seaworthy plan | head`.
  if (systemCode(error) === 'EPIPE') process.exit()
  throw error
})

process.exitCode = await main(process.argv.slice(2), realContext())
