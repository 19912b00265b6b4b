import { Hono } from 'hono';
import { prisma } from './db.js';
import { addNote, listNotes, readNote } from './notes.js';
import { notesPage } from './page.js';

export const app = new Hono();

app.get('/', async (c) => c.html(notesPage(await listNotes())));

app.post('/', async (c) => {
  const { values, error } = readNote(await c.req.parseBody());
  if (error) return c.html(notesPage(await listNotes(), { values, error }), 400);
  await addNote(values);
  return c.redirect('/', 303);
});

app.get('/api/notes', async (c) => c.json(await listNotes()));

app.post('/api/notes', async (c) => {
  const sent = await c.req.json().catch(() => undefined);
  if (sent === undefined) return c.json({ error: 'That is not valid JSON.' }, 400);
  const { values, error } = readNote(sent);
  if (error) return c.json({ error }, 400);
  return c.json(await addNote(values), 201);
});

app.get('/healthz', async (c) => {
  try {
    await prisma.note.findFirst({ select: { id: true } });
    return c.text('ok');
  } catch (error) {
    console.error(error);
    return c.text('database unavailable', 503);
  }
});

app.notFound((c) => c.text('Not found', 404));

app.onError((error, c) => {
  console.error(error);
  const message = 'Something went wrong on our side.';
  return c.req.path.startsWith('/api/') ? c.json({ error: message }, 500) : c.text(message, 500);
});
