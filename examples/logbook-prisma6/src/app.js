import { fileURLToPath } from 'node:url';
import express from 'express';
import { prisma } from './db.js';
import { addEntry, listEntries, listVesselNames, readEntry } from './entries.js';
import { logbookPage } from './page.js';

export const app = express();

app.disable('x-powered-by');
app.use(express.static(fileURLToPath(new URL('../public', import.meta.url))));

async function sendPage(res, form = {}) {
  const [entries, vesselNames] = await Promise.all([listEntries(), listVesselNames()]);
  res.send(logbookPage({ entries, vesselNames, ...form }));
}

app.get('/', async (req, res) => {
  await sendPage(res);
});

app.post('/', express.urlencoded({ extended: false }), async (req, res) => {
  const { values, error } = readEntry(req.body);
  if (error) {
    await sendPage(res.status(400), { values, error });
    return;
  }
  await addEntry(values);
  res.redirect(303, '/');
});

app.get('/api/entries', async (req, res) => {
  res.json(await listEntries());
});

app.post('/api/entries', express.json(), async (req, res) => {
  const { values, error } = readEntry(req.body);
  if (error) {
    res.status(400).json({ error });
    return;
  }
  res.status(201).json(await addEntry(values));
});

app.get('/healthz', async (req, res) => {
  try {
    await prisma.entry.findFirst({ select: { id: true } });
    res.type('text').send('ok');
  } catch (error) {
    console.error(error);
    res.status(503).type('text').send('database unavailable');
  }
});

app.use((req, res) => {
  res.status(404).type('text').send('Not found');
});

app.use((error, req, res, next) => {
  if (res.headersSent) {
    next(error);
    return;
  }
  const status = error.status ?? 500;
  if (status >= 500) console.error(error);
  const message = status >= 500 ? 'Something went wrong on our side.' : 'That request could not be read.';
  if (req.path.startsWith('/api/')) res.status(status).json({ error: message });
  else res.status(status).type('text').send(message);
});
