import { prisma } from '../src/db'

const seed = async (): Promise<void> => {
  await prisma.note.create({ data: { text: 'Welcome aboard' } })
  await prisma.$disconnect()
}

void seed()
