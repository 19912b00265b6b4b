import { html } from './html.js';

const dateFormat = new Intl.DateTimeFormat('en-GB', {
  dateStyle: 'medium',
  timeStyle: 'short',
  timeZone: 'UTC',
});

function entryItem({ text, weather, createdAt, vessel }) {
  return html`
    <li class="entry">
      <div class="meta">
        <strong>${vessel.name}</strong>
        ${vessel.homePort && html`<span>of ${vessel.homePort}</span>`}
        <time datetime="${createdAt.toISOString()}">${dateFormat.format(createdAt)} UTC</time>
      </div>
      <p>${text}</p>
      ${weather && html`<span class="weather">${weather}</span>`}
    </li>`;
}

export function logbookPage({ entries, vesselNames, values = {}, error }) {
  const page = html`<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <title>Ship's Logbook</title>
    <link rel="icon" href="/anchor.svg" type="image/svg+xml">
    <link rel="stylesheet" href="/style.css">
  </head>
  <body>
    <header>
      <img src="/anchor.svg" alt="" width="40" height="40">
      <div>
        <h1>Ship's Logbook</h1>
        <p>${entries.length} ${entries.length === 1 ? 'entry' : 'entries'} on record</p>
      </div>
    </header>
    <main>
      <form method="post" action="/">
        <h2>New entry</h2>
        ${error && html`<p class="error" role="alert">${error}</p>`}
        <div class="row">
          <label>Vessel
            <input name="vessel" list="vessels" value="${values.vessel}" maxlength="80" autocomplete="off" required>
          </label>
          <label>Weather <small>optional</small>
            <input name="weather" value="${values.weather}" maxlength="80" autocomplete="off">
          </label>
        </div>
        <label>Entry
          <textarea name="text" rows="3" maxlength="2000" required>${values.text}</textarea>
        </label>
        <datalist id="vessels">${vesselNames.map((name) => html`<option value="${name}"></option>`)}</datalist>
        <button>Enter in the log</button>
      </form>
      ${entries.length
        ? html`<ol>${entries.map(entryItem)}</ol>`
        : html`<p class="empty">The pages are blank. Write the first entry above.</p>`}
    </main>
  </body>
</html>
`;
  return page.toString();
}
