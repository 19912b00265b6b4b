import { prisma } from '../db'

export default defineEventHandler(() => prisma.note.findMany())
