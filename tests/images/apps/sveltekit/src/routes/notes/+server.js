import { json } from '@sveltejs/kit'
import { prisma } from '../../lib/server/db.ts'

export const GET = async () => json(await prisma.note.findMany())

export const POST = async ({ request }) => {
  const { text } = await request.json()
  return json(await prisma.note.create({ data: { text } }), { status: 201 })
}
