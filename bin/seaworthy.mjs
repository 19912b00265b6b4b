#!/usr/bin/env node
// The bundle, so that installing seaworthy brings no other package along.
import '../dist/cli.js'
