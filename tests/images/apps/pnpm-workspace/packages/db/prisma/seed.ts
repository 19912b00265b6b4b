import { prisma } from '../src/index.ts'

await prisma.note.create({ data: { text: 'Welcome aboard' } })
await prisma.$disconnect()
