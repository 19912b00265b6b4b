#!/usr/bin/env node
// The bundle, so that installing seaworthy brings no other package along; from Node 22.8 on it is compiled once.
import module from 'node:module'

module.enableCompileCache?.()
await import('../dist/cli.js')
