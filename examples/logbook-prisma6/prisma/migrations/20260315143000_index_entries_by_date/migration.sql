-- CreateIndex
CREATE INDEX "Entry_createdAt_idx" ON "Entry"("createdAt");
