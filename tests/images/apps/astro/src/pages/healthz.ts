import type { APIRoute } from 'astro'
import { prisma } from '../lib/db.ts'

export const GET: APIRoute = async () =>
  Response.json({ notes: await prisma.note.count(), uid: process.getuid?.() })
