import { app } from './app.js';
import { prisma } from './db.js';

const port = Number(process.env.PORT ?? 3000);
const host = process.env.HOST ?? '0.0.0.0';

const server = app.listen(port, host, (error) => {
  if (error) throw error;
  console.log(`Logbook is listening on ${host}:${port}`);
});

let stopping = false;

function stop(signal) {
  if (stopping) return;
  stopping = true;
  console.log(`${signal}: finishing requests`);

  server.close(async () => {
    await prisma.$disconnect();
    process.exit(0);
  });

  // Keep-alive connections go as soon as they fall idle, and whatever is left after 3 seconds.
  setInterval(() => server.closeIdleConnections(), 100);
  setTimeout(() => server.closeAllConnections(), 3000);
}

process.on('SIGTERM', stop);
process.on('SIGINT', stop);
