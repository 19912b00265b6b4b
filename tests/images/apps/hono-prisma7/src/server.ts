import { serve } from '@hono/node-server'
import { Hono } from 'hono'
import { prisma } from './db.js'

const app = new Hono()
  .get('/healthz', async (c) => c.json({ notes: await prisma.note.count(), uid: process.getuid?.() }))
  .get('/notes', async (c) => c.json(await prisma.note.findMany()))
  .post('/notes', async (c) => {
    const { text } = await c.req.json()
    return c.json(await prisma.note.create({ data: { text } }), 201)
  })

const server = serve({ fetch: app.fetch, port: Number(process.env.PORT ?? 3000) })
process.on('SIGTERM', () => server.close(() => process.exit(0)))
