import { prisma } from '../db'

export default defineEventHandler(async () => ({ notes: await prisma.note.count(), uid: process.getuid?.() }))
