import { prisma } from './db'

export const loader = async () => Response.json(await prisma.note.findMany())

export const action = async ({ request }: { request: Request }) => {
  const { text } = await request.json()
  return Response.json(await prisma.note.create({ data: { text } }), { status: 201 })
}
