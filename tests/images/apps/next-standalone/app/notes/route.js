import { prisma } from '../../lib/db.js'

export const dynamic = 'force-dynamic'

export const GET = async () => Response.json(await prisma.note.findMany())

export const POST = async (request) => {
  const { text } = await request.json()
  return Response.json(await prisma.note.create({ data: { text } }), { status: 201 })
}
