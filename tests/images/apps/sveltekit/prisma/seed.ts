import { prisma } from '../src/lib/server/db.ts'

await prisma.note.create({ data: { text: 'Welcome aboard' } })
await prisma.$disconnect()
