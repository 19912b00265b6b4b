import { prisma } from './db.js';

export interface NoteInput {
  title: string;
  body: string;
  tags: string[];
  pinned: boolean;
}

export type NoteWithTags = Awaited<ReturnType<typeof listNotes>>[number];

const withTags = { tags: { orderBy: { name: 'asc' } } } as const;

export function listNotes() {
  return prisma.note.findMany({
    include: withTags,
    orderBy: [{ createdAt: 'desc' }, { id: 'desc' }],
  });
}

export function addNote({ title, body, tags, pinned }: NoteInput) {
  return prisma.note.create({
    data: {
      title,
      body,
      pinned,
      tags: {
        connectOrCreate: tags.map((name) => ({ where: { name }, create: { name } })),
      },
    },
    include: withTags,
  });
}

/**
 * Reads a note from a form or from JSON; tags may be a list, or text with commas.
 * `error` is a message for a person, or undefined if all is well.
 */
export function readNote(sent: unknown): { values: NoteInput; error?: string } {
  const fields = (sent ?? {}) as Record<string, unknown>;
  const text = (value: unknown) => (typeof value === 'string' ? value.trim() : '');

  const tags = (Array.isArray(fields.tags) ? fields.tags : text(fields.tags).split(','))
    .map((tag) => text(tag).toLowerCase())
    .filter(Boolean);

  const values = {
    title: text(fields.title),
    body: text(fields.body),
    tags: [...new Set(tags)],
    pinned: fields.pinned === true || fields.pinned === 'on',
  };

  let error: string | undefined;
  if (!values.title) error = 'A note needs a title.';
  else if (values.title.length > 120) error = 'That title is too long (120 characters at most).';
  else if (values.body.length > 5000) error = 'That note is too long (5000 characters at most).';
  else if (values.tags.length > 10) error = 'Ten tags at most, please.';
  else if (values.tags.some((tag) => tag.length > 30)) error = 'A tag can have 30 characters at most.';

  return { values, error };
}
