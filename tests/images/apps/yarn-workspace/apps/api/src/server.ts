import { tidy } from '@yarn-workspace/text'
import fastify from 'fastify'
import { prisma } from './db.ts'

const app = fastify({ forceCloseConnections: true })

app.get('/healthz', async () => ({ notes: await prisma.note.count(), uid: process.getuid?.() }))
app.get('/notes', () => prisma.note.findMany())
app.post<{ Body: { text: string } }>('/notes', async (request, reply) => {
  reply.code(201)
  return prisma.note.create({ data: { text: tidy(request.body.text) } })
})

await app.listen({ port: Number(process.env.PORT ?? 3000), host: '0.0.0.0' })
process.on('SIGTERM', () => app.close().then(() => process.exit(0)))
