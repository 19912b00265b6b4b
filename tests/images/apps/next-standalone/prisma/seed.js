import { prisma } from '../lib/db.js'

await prisma.note.create({ data: { text: 'Welcome aboard' } })
await prisma.$disconnect()
