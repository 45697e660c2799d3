/* The palette: a text field that keeps the focus, and a list walked with the arrow keys.
   The server answers with options (ARIA combobox with a listbox); without JavaScript the same
   address is a page. */

const dialog = document.getElementById("palette");
const form = dialog.querySelector("form");
const input = document.getElementById("palette-q");
const results = document.getElementById("palette-results");
const atFirst = results.innerHTML;
let answered = "";

const options = () => [...results.querySelectorAll("[role=option]")];
const chosen = () => results.querySelector("[aria-selected=true]");

function choose(option) {
  chosen()?.setAttribute("aria-selected", "false");
  if (option) {
    option.setAttribute("aria-selected", "true");
    option.scrollIntoView({ block: "nearest" });
    input.setAttribute("aria-activedescendant", option.id);
  } else {
    input.removeAttribute("aria-activedescendant");
  }
}

function step(by) {
  const list = options();
  const at = list.indexOf(chosen());
  choose(list[at < 0 && by < 0 ? list.length - 1 : (at + by + list.length) % list.length]);
}

function open() {
  if (!dialog.open) dialog.showModal();
}

document.addEventListener("keydown", (event) => {
  if ((event.ctrlKey || event.metaKey) && !event.shiftKey && event.key.toLowerCase() === "k") {
    event.preventDefault();
    open();
  }
});

input.addEventListener("keydown", (event) => {
  const by = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (by) {
    event.preventDefault();
    step(by);
  } else if (event.key === "Enter" && !event.isComposing && chosen() && input.value === answered) {
    event.preventDefault();
    chosen().click();
  }
});

/* What was found first is what Enter opens, once something is typed; the words that come later
   leave the choice where it is. */
results.addEventListener("htmx:afterSettle", ({ target, detail }) => {
  if (target !== results) return;
  answered = detail.requestConfig?.parameters?.q ?? input.value;
  results.scrollTop = 0;
  choose(input.value ? options()[0] : null);
});

dialog.addEventListener("toggle", ({ newState }) => {
  if (newState === "open") form.dispatchEvent(new Event("palette-open"));
});

dialog.addEventListener("close", () => {
  form.reset();
  results.innerHTML = atFirst;
  document.getElementById("palette-note").textContent = "";
  answered = "";
  choose(null);
});

if (/Mac|iPhone|iPad/.test(navigator.platform)) {
  document.querySelectorAll(".finder kbd").forEach((key) => (key.textContent = "⌘ K"));
}
