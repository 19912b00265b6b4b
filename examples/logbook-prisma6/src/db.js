import { setTimeout as sleep } from 'node:timers/promises';
import { PrismaLibSQL } from '@prisma/adapter-libsql';
import { PrismaClient } from '@prisma/client';

// The Prisma CLI resolves `file:./dev.db` against the folder of schema.prisma, while
// the adapter would resolve it against the current directory. Name the file outright.
const url = new URL('../prisma/dev.db', import.meta.url).href;

// Litestream writes for a moment at each checkpoint. What meets it is rolled back whole.
const again = async ({ args, query }) => {
  for (let left = 5; ; left -= 1) {
    try {
      return await query(args);
    } catch (error) {
      if (error.code !== 'P1008' || left === 0) throw error;
      await sleep(50);
    }
  }
};

export const prisma = new PrismaClient({ adapter: new PrismaLibSQL({ url }) }).$extends({
  query: { $allOperations: again },
});
