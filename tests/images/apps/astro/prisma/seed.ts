import { prisma } from '../src/lib/db.ts'

await prisma.note.create({ data: { text: 'Welcome aboard' } })
await prisma.$disconnect()
