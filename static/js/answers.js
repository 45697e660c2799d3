/* Answers save themselves: a conflict is shown beside what was typed, and nobody leaves unsaved. */
const { body } = document;
const unsaved = new Set();
const sent = new WeakMap();

function typed(form) {
  const values = [...new FormData(form)].filter(([name]) => name.startsWith("q-"));
  return JSON.stringify(values.map(([name, value]) => [name, value.name ?? value]));
}

const sheetOf = (target) => target.closest?.("[data-answers]");

body.addEventListener("htmx:beforeSwap", ({ detail }) => {
  if (detail.xhr.status === 409) Object.assign(detail, { shouldSwap: true, isError: false });
});

body.addEventListener("input", ({ target }) => {
  const form = sheetOf(target);
  if (form) unsaved.add(form);
});

body.addEventListener("submit", ({ target }) => unsaved.delete(target));

body.addEventListener("htmx:beforeRequest", ({ target }) => {
  if (target.matches("[data-answers]")) sent.set(target, typed(target));
});

body.addEventListener("htmx:afterRequest", ({ target, detail }) => {
  if (!target.matches("[data-answers]") || !detail.successful || detail.xhr.status >= 400) return;
  if (sent.get(target) === typed(target)) unsaved.delete(target);
});

addEventListener("beforeunload", (event) => {
  if (unsaved.size) event.preventDefault();
});
