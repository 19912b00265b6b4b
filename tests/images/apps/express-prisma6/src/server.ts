import express from 'express'
import { prisma } from './db.js'

const app = express().use(express.json())

app.get('/healthz', async (_request, response) => {
  response.json({ notes: await prisma.note.count(), uid: process.getuid?.() })
})
app.get('/notes', async (_request, response) => {
  response.json(await prisma.note.findMany())
})
app.post('/notes', async (request, response) => {
  response.status(201).json(await prisma.note.create({ data: { text: request.body.text } }))
})

const server = app.listen(Number(process.env.PORT ?? 3000), '0.0.0.0')
process.on('SIGTERM', () => server.close(() => process.exit(0)))
