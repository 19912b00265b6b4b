import { expect, it } from 'vitest'
import { explain } from '../../src/plan/explain.ts'
import { buildPlan } from '../../src/plan/plan.ts'
import { planTable } from '../../src/terminal/plan-table.ts'
import { prisma, profile } from '../support/profile.ts'

it('is a table of label, value and where from', () => {
  expect(planTable(buildPlan(profile()), false)).toMatchInlineSnapshot(`
    "Name:         logbook                             (package.json#name)
    Region:       chosen by Fly                       (the fastest one for you)
    App Machines: shared-cpu-1x, 1GB RAM              (most apps need about 1GB of RAM)
    Framework:    Express                             (package.json)
    Node:         22                                  (default)
    Packages:     npm                                 (default)
    Start:        npm run start                       (package.json#scripts.start)
    Port:         3000                                (default)
    Image:        Dockerfile (new)                    (written by seaworthy)
    Database:     SQLite, prisma/dev.db               (prisma/schema.prisma:8)
    Migrations:   2 in prisma/migrations              (determined from app source)
    Seed:         node prisma/seed.js                 (package.json#prisma.seed)
    Volume:       data at /data, 1GB, grows to 10GB   (determined from app source)
    Tigris:       private bucket                      (determined from app source)
    Litestream:   0.3.13                              (default)
    Retention:    7 days                              (default)"
  `)
})

it.each([
  ['--no-backup', profile(), { backup: false }],
  ['PostgreSQL', profile({ prisma: prisma({ provider: 'postgresql', databases: [] }) }), {}],
])('has no bucket with %s', (_, app, options) => {
  expect(explain(buildPlan(app, options)).map(({ label }) => label)).not.toContain('Tigris')
})
