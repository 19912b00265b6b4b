import type { APIRoute } from 'astro'
import { prisma } from '../lib/db.ts'

export const GET: APIRoute = async () => Response.json(await prisma.note.findMany())

export const POST: APIRoute = async ({ request }) => {
  const { text }: { text: string } = await request.json()
  return Response.json(await prisma.note.create({ data: { text } }), { status: 201 })
}
