import { Body, Controller, Get, Post } from '@nestjs/common'
import { prisma } from './db'

@Controller()
export class NotesController {
  @Get('healthz')
  async health() {
    return { notes: await prisma.note.count(), uid: process.getuid?.() }
  }

  @Get('notes')
  list() {
    return prisma.note.findMany()
  }

  @Post('notes')
  add(@Body() { text }: { text: string }) {
    return prisma.note.create({ data: { text } })
  }
}
