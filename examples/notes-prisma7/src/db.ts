import 'dotenv/config';
import { PrismaLibSql } from '@prisma/adapter-libsql';
import { Prisma, PrismaClient } from './generated/prisma/client.js';

const adapter = new PrismaLibSql({
  url: process.env.DATABASE_URL ?? 'file:./dev.db',
  // Milliseconds to wait for another writer: Litestream is one for a moment at each checkpoint.
  timeout: 5000,
});

// A transaction that has read before it writes cannot wait: SQLite rolls it back whole.
const again = Prisma.defineExtension({
  query: {
    $allOperations: async ({ args, query }) => {
      for (let left = 5; ; left -= 1) {
        try {
          return await query(args);
        } catch (error) {
          if (!(error instanceof Prisma.PrismaClientKnownRequestError)) throw error;
          if (error.code !== 'P1008' || left === 0) throw error;
        }
      }
    },
  },
});

export const prisma = new PrismaClient({ adapter }).$extends(again);
