import { prisma } from '../../lib/db.js'

export const dynamic = 'force-dynamic'

export const GET = async () => Response.json({ notes: await prisma.note.count(), uid: process.getuid() })
