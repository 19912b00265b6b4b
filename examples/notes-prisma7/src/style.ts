export const style = `
* { box-sizing: border-box; }
body {
  margin: 0;
  background: #f2f6f6;
  color: #1f2f33;
  font: 16px/1.5 system-ui, -apple-system, 'Segoe UI', Roboto, 'Helvetica Neue', sans-serif;
}
header, main { max-width: 56rem; margin: 0 auto; padding: 0 1.25rem; }
header { display: flex; align-items: baseline; gap: 0.75rem; padding-top: 2.25rem; }
header span, time, .empty { color: #61757a; }
h1 { margin: 0; font-size: 2rem; letter-spacing: -0.02em; }
h2 { margin: 0; font-size: 1.1rem; line-height: 1.35; overflow-wrap: anywhere; }
main { padding-bottom: 4rem; }

form, article {
  border: 1px solid #d9e3e4;
  border-radius: 12px;
  background: #fff;
  box-shadow: 0 1px 3px rgb(20 60 70 / 6%);
}
form { display: grid; gap: 0.75rem; margin: 1.25rem 0 2rem; padding: 1.25rem; }
form input:not([type=checkbox]), textarea {
  width: 100%;
  padding: 0.6rem 0.75rem;
  border: 1px solid #c8d5d7;
  border-radius: 8px;
  background: #fbfdfd;
  color: inherit;
  font: inherit;
}
form .title { font-weight: 600; }
textarea { resize: vertical; }
::placeholder { color: #7d9095; opacity: 1; }
:focus-visible { outline: 3px solid rgb(15 118 110 / 30%); outline-offset: 1px; }
.row { display: flex; flex-wrap: wrap; align-items: center; gap: 0.75rem 1.25rem; }
form .row input[name=tags] { flex: 1 1 14rem; width: auto; }
label { display: flex; align-items: center; gap: 0.4rem; }
input[type=checkbox] { width: 1.05rem; height: 1.05rem; accent-color: #0f766e; }
button {
  padding: 0.6rem 1.25rem;
  border: 0;
  border-radius: 8px;
  background: #0f766e;
  color: #fff;
  font: inherit;
  font-weight: 600;
  cursor: pointer;
}
button:hover { background: #0b5f59; }
.error { margin: 0; padding: 0.6rem 0.85rem; border-radius: 8px; background: #fdecea; color: #99261b; }
.empty { text-align: center; }

section { display: grid; grid-template-columns: repeat(auto-fill, minmax(16rem, 1fr)); gap: 1rem; }
article { display: flex; flex-direction: column; padding: 1.1rem 1.25rem; }
article.pinned { border-top: 4px solid #e0a030; padding-top: calc(1.1rem - 3px); }
article p { margin: 0.4rem 0 0; overflow-wrap: anywhere; white-space: pre-line; }
footer { display: flex; flex-wrap: wrap; align-items: center; gap: 0.4rem; margin-top: auto; padding-top: 0.9rem; font-size: 0.82rem; }
.tag { padding: 0.05rem 0.6rem; border-radius: 1rem; background: #e0f2f0; color: #0b5f59; overflow-wrap: anywhere; }
time { margin-left: auto; }
`;
