import { PrismaLibSQL } from '@prisma/adapter-libsql';
import { PrismaClient } from '@prisma/client';

// The Prisma CLI resolves `file:./dev.db` against the folder of schema.prisma, while
// the adapter would resolve it against the current directory. Name the file outright.
const url = new URL('../prisma/dev.db', import.meta.url).href;

export const prisma = new PrismaClient({ adapter: new PrismaLibSQL({ url }) });
