import { disk } from './fly-tomls.ts'

/** What flyctl says of a fly.toml: of a name that it does not know only where it is asked to be strict. */
export const verdicts: [about: string, toml: string, verdict: 'taken' | 'refused' | 'strict'][] = [
  ['an unknown section', 'nonsense = 1', 'strict'],
  ['an unknown key of the service', '[http_service]\ninternal_port = 80\nnonsense = 1', 'strict'],
  ['a service of no process', '[processes]\nweb = "a"\n[http_service]\ninternal_port = 80', 'refused'],
  ['a service of another process', '[[services]]\ninternal_port = 80\nprocesses = ["x"]', 'refused'],
  ['a service of the unnamed process', '[http_service]\ninternal_port = 80\nprocesses = ["app"]', 'taken'],
  ['a restart of another process', '[[restart]]\npolicy = "always"\nprocesses = ["x"]', 'refused'],
  ['an open quote in a process', '[processes]\nweb = "a \'b"', 'refused'],
  ['an open quote in a listed process', '[[processes]]\nname = "web"\ncommand = "a \'b"', 'refused'],
  ['a backslash at the end', "[processes]\nweb = 'a \\'", 'refused'],
  ["words of a shell's", '[processes]\nweb = "sh -c \'a && \\"$B\\"\' # c"', 'taken'],
  ['an open quote in the release command', '[deploy]\nrelease_command = "a \'b"', 'refused'],
  ['an open quote in the console command', 'console_command = "a \'b"', 'refused'],
  ['canary with a mount', `[deploy]\nstrategy = "canary"\n[mounts]\n${disk}`, 'refused'],
  ['canary with a mount by its older name', `[deploy]\nstrategy = "canary"\n[mount]\n${disk}`, 'refused'],
  ['canary without a mount', '[deploy]\nstrategy = "canary"', 'taken'],
  ['an unknown strategy', '[deploy]\nstrategy = "boldly"', 'refused'],
  ['a port that is text', '[http_service]\ninternal_port = "80"', 'refused'],
  ['swap that is text', 'swap_size_mb = "512"', 'refused'],
  ['a region that is none', 'primary_region = 1', 'refused'],
  ['a variable that is no text', '[env]\nA = 1', 'taken'],
  ['a time to stop that is none', 'kill_timeout = "soon"', 'refused'],
  ['a time to stop in seconds', 'kill_timeout = 40', 'taken'],
  ['a time to stop in minutes', 'kill_timeout = "1m30s"', 'taken'],
  [
    'an interval that is none',
    '[http_service]\ninternal_port = 80\n[[http_service.checks]]\ninterval = "soon"\npath = "/"',
    'refused',
  ],
  ...(
    [
      ['auto_extend_size_threshold = 80', 'refused'],
      ['auto_extend_size_limit = "10GB"', 'refused'],
      ['auto_extend_size_threshold = 80\nauto_extend_size_increment = 1', 'refused'],
      ['auto_extend_size_threshold = 49\nauto_extend_size_increment = "1GB"', 'refused'],
      ['auto_extend_size_threshold = 100\nauto_extend_size_increment = "1GB"', 'refused'],
      ['auto_extend_size_threshold = 80\nauto_extend_size_increment = "101GB"', 'refused'],
      [
        'auto_extend_size_threshold = 80\nauto_extend_size_increment = "1GB"\nauto_extend_size_limit = "501GB"',
        'refused',
      ],
      [
        'auto_extend_size_threshold = 99\nauto_extend_size_increment = "100GB"\nauto_extend_size_limit = "500GB"',
        'taken',
      ],
      ['auto_extend_size_threshold = 50\nauto_extend_size_increment = "1000MB"', 'taken'],
      ['initial_size = "0"', 'refused'],
      ['initial_size = "x"', 'refused'],
      ['initial_size = "3 gb"', 'taken'],
      ['snapshot_retention = 0', 'refused'],
      ['snapshot_retention = 61', 'refused'],
      ['snapshot_retention = "5"', 'refused'],
      ['snapshot_retention = 60', 'taken'],
    ] as const
  ).map(([lines, verdict]): [string, string, 'taken' | 'refused'] => [
    lines,
    `[mounts]\n${disk}${lines}`,
    verdict,
  ]),
]
