import { prisma } from './db'

export const loader = async () => Response.json({ notes: await prisma.note.count(), uid: process.getuid?.() })
