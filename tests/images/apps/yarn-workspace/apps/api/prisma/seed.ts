import { prisma } from '../src/db.ts'

await prisma.note.create({ data: { text: 'Welcome aboard' } })
await prisma.$disconnect()
