import { PrismaLibSQL } from '@prisma/adapter-libsql'
import { PrismaClient } from '@prisma/client'

export const prisma = new PrismaClient({
  adapter: new PrismaLibSQL({ url: 'file:./prisma/dev.db' }),
})
