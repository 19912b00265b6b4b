import { prisma } from './db.ts'

const server = Bun.serve({
  port: Number(process.env.PORT ?? 3000),
  routes: {
    '/healthz': async () => Response.json({ notes: await prisma.note.count(), uid: process.getuid?.() }),
    '/notes': {
      GET: async () => Response.json(await prisma.note.findMany()),
      POST: async (request) => {
        const { text } = await request.json()
        return Response.json(await prisma.note.create({ data: { text } }), { status: 201 })
      },
    },
  },
})

process.on('SIGTERM', () => server.stop(true).then(() => process.exit(0)))
