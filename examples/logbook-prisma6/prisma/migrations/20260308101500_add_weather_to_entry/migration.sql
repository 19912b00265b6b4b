-- AlterTable
ALTER TABLE "Entry" ADD COLUMN "weather" TEXT;
