import { PrismaLibSQL } from '@prisma/adapter-libsql'
import { PrismaClient } from '@prisma/client'

export const prisma = new PrismaClient({
  adapter: new PrismaLibSQL({ url: 'file:./prisma/dev.db' }),
})

// Without it libSQL's client fails where another process writes at that moment, such as the next release; it has no option for that.
await prisma.$queryRaw`PRAGMA busy_timeout = 5000`
