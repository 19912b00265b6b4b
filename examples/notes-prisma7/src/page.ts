import { html, raw } from 'hono/html';
import type { NoteInput, NoteWithTags } from './notes.js';
import { style } from './style.js';

interface Form {
  values?: NoteInput;
  error?: string;
}

const dateFormat = new Intl.DateTimeFormat('en-GB', { dateStyle: 'medium', timeZone: 'UTC' });

function noteCard({ title, body, pinned, createdAt, tags }: NoteWithTags) {
  return html`
      <article${pinned ? raw(' class="pinned"') : ''}>
        <h2>${title}</h2>
        ${body && html`<p>${body}</p>`}
        <footer>
          ${tags.map(({ name }) => html`<span class="tag">${name}</span> `)}
          <time datetime="${createdAt.toISOString()}">${dateFormat.format(createdAt)}</time>
        </footer>
      </article>`;
}

export function notesPage(notes: NoteWithTags[], { values, error }: Form = {}) {
  const pinnedFirst = [...notes.filter((note) => note.pinned), ...notes.filter((note) => !note.pinned)];

  return html`<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <title>Notes</title>
    <link rel="icon" href="data:,">
    <style>${raw(style)}</style>
  </head>
  <body>
    <header>
      <h1>Notes</h1>
      <span>${notes.length} ${notes.length === 1 ? 'note' : 'notes'}</span>
    </header>
    <main>
      <form method="post" action="/">
        ${error && html`<p class="error" role="alert">${error}</p>`}
        <input class="title" name="title" value="${values?.title}" placeholder="Title" aria-label="Title" maxlength="120" autocomplete="off" required>
        <textarea name="body" rows="3" placeholder="Write a note…" aria-label="Note" maxlength="5000">${values?.body}</textarea>
        <div class="row">
          <input name="tags" value="${values?.tags.join(', ')}" placeholder="tags, with, commas" aria-label="Tags" autocomplete="off">
          <label><input type="checkbox" name="pinned"${values?.pinned ? raw(' checked') : ''}> Pin to top</label>
          <button>Add note</button>
        </div>
      </form>
      ${notes.length
        ? html`<section>${pinnedFirst.map(noteCard)}</section>`
        : html`<p class="empty">Nothing here yet. Write your first note above.</p>`}
    </main>
  </body>
</html>
`;
}
