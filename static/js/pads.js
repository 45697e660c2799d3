/* Pads: a conflict is shown beside what was typed, and nobody leaves with words unsaved. */
const { body } = document;
const unsaved = new Set();
const sent = new WeakMap();
const text = (form) => form.querySelector("textarea").value;

body.addEventListener("htmx:beforeSwap", ({ detail }) => {
  if (detail.xhr.status === 409) Object.assign(detail, { shouldSwap: true, isError: false });
});

body.addEventListener("input", ({ target }) => {
  const form = target.closest("[data-guard]");
  if (form && target.matches("textarea")) unsaved.add(form);
});

body.addEventListener("submit", ({ target }) => {
  if (!target.hasAttribute("hx-post")) unsaved.delete(target);
});

body.addEventListener("htmx:beforeRequest", ({ target }) => {
  if (target.matches("[data-guard]")) sent.set(target, text(target));
});

body.addEventListener("htmx:afterRequest", ({ target, detail }) => {
  if (!target.matches("[data-guard]") || !detail.successful || detail.xhr.status >= 400) return;
  if (sent.get(target) === text(target)) unsaved.delete(target);
});

// What did not arrive no longer says "Saved"; the next save that does says it again.
for (const trouble of ["htmx:sendError", "htmx:responseError"]) {
  body.addEventListener(trouble, ({ target }) => {
    const mark = unsaved.has(target) && target.querySelector("[data-unsaved]");
    if (mark) mark.textContent = mark.dataset.unsaved;
  });
}

addEventListener("beforeunload", (event) => {
  if (unsaved.size) event.preventDefault();
});
