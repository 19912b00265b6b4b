import { prisma } from '../db'

export default defineEventHandler(async (event) => {
  const { text } = await readBody<{ text: string }>(event)
  setResponseStatus(event, 201)
  return prisma.note.create({ data: { text } })
})
