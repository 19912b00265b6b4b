-- AlterTable
ALTER TABLE "Note" ADD COLUMN "author" TEXT;
