/* The whole of our own page behaviour. Pages work without it; this makes them quicker.
   No framework, no inline handlers (CSP: script-src 'self'). Texts come from the server. */

const find = (id) => document.getElementById(id);
const toasts = find("toasts");

/* Toasts: announced, then gone. Held while pointed at; trouble and Undo stay longer. What stands there
   already is not said again, and a connection that is back takes its own word away. */
const said = (kind) => toasts?.querySelector(`[data-kind="${kind}"]`);

function toast(kind) {
  if (!toasts || said(kind)) return;
  toasts.append(find(`toast-${kind}`).content.cloneNode(true));
  toasts.lastElementChild.dataset.kind = kind;
}

document.addEventListener("toast", (event) => toast(event.detail)); // for other scripts: offline, trouble, copied

function leaveLater(node) {
  if (!(node instanceof HTMLElement) || node.matches(".toast-stay")) return;
  const leave = () => (node.matches(":hover, :focus-within") ? setTimeout(leave, 2000) : node.remove());
  setTimeout(leave, node.querySelector("form, a") ? 12000 : 6000);
}

if (toasts) {
  new MutationObserver((changes) => changes.forEach((c) => c.addedNodes.forEach(leaveLater))).observe(
    toasts,
    { childList: true },
  );
  toasts.append(...toasts.children); // a live region speaks only of what is added to it
}

/* The chosen tab of a row that is wider than the screen comes into view; the page stays put. */
document.querySelectorAll(".tabs > [aria-current]").forEach((tab) => {
  const row = tab.parentElement;
  row.scrollLeft += tab.getBoundingClientRect().right - row.getBoundingClientRect().right + row.offsetWidth / 3;
});

/* Clicks: dismiss, copy, print, and dialogs where buttons lack the command attribute. */
const hasCommands = "commandForElement" in HTMLButtonElement.prototype;

function copy(what) {
  const source = what.startsWith("#") ? find(what.slice(1)) : null;
  navigator.clipboard
    .writeText(source ? (source.value ?? source.textContent.trim()) : what)
    .then(() => toast("copied"));
}

document.addEventListener("click", (event) => {
  const button = event.target.closest("button, a");
  if (!button) return;
  const { dataset } = button;
  if ("dismiss" in dataset) button.closest(".toast").remove();
  if (dataset.copy) copy(dataset.copy);
  if ("print" in dataset) print();
  const dialog = !hasCommands && find(button.getAttribute("commandfor"));
  if (dialog) button.getAttribute("command") === "show-modal" ? dialog.showModal() : dialog.close();
});

/* A second click while the first is on its way sends nothing twice. Whoever is still here after some
   seconds was given a file, or lost the line, and may send again. */
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (event.defaultPrevented || form.method !== "post" || form.hasAttribute("hx-post")) return;
  if ("isOnItsWay" in form.dataset) return event.preventDefault();
  form.dataset.isOnItsWay = "";
  setTimeout(() => delete form.dataset.isOnItsWay, 4000);
});

/* Keys: arrows walk the links of [data-arrows] (Tab still works). */
document.addEventListener("keydown", (event) => {
  const list = event.target.closest?.("[data-arrows]");
  const across = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
  const step = list?.dataset.arrows === "across" ? across : { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (!list || !step) return;
  const stops = [...list.querySelectorAll("a[href], input:not([type=hidden])")];
  const at = stops.indexOf(document.activeElement);
  stops[(at + step + stops.length) % stops.length]?.focus();
  event.preventDefault();
});

/* htmx: a 422 brings the form back; other trouble is said without losing what was typed. */
const { body } = document;
body.addEventListener("htmx:beforeSwap", ({ detail }) => {
  if (detail.xhr.status === 422) Object.assign(detail, { shouldSwap: true, isError: false });
});
body.addEventListener("htmx:sendError", () => toast("offline"));
body.addEventListener("htmx:afterOnLoad", () => said("offline")?.remove());
body.addEventListener("htmx:responseError", ({ detail: { xhr } }) => {
  if (xhr.status === 401 || xhr.status === 403) location.reload();
  else toast("trouble");
});
body.addEventListener("htmx:afterSettle", ({ target, detail }) => {
  ready(target);
  const wanted = detail.xhr?.status === 422 ? "[aria-invalid=true], [data-errors]" : "[data-focus]";
  (target.matches(wanted) ? target : target.querySelector(wanted))?.focus();
});
body.addEventListener("htmx:afterRequest", ({ target, detail }) => {
  const form = detail.successful && detail.xhr.status < 400 && target.closest("form");
  if (!form) return;
  if (form.matches(".quick-add")) form.reset();
  if (form.matches("[data-closes]")) form.closest("dialog")?.close();
});

/* The browser's own zone, where a form asks for it and nobody has answered yet. */
function fillZone(field) {
  if (!field.value) field.value = Intl.DateTimeFormat().resolvedOptions().timeZone;
}

/* Countdowns: "in 38 minutes", or 04:59 with data-countdown="clock". Says countdown:done at zero. */
const words = new Intl.RelativeTimeFormat(document.documentElement.lang || "en", { numeric: "auto" });

function count(element) {
  const left = Math.round((new Date(element.dateTime || element.dataset.until) - Date.now()) / 1000);
  const clock = element.dataset.countdown === "clock";
  if (left <= 0) {
    delete element.dataset.countdown;
    element.dispatchEvent(new CustomEvent("countdown:done", { bubbles: true }));
  } else if (clock) {
    element.textContent = `${Math.floor(left / 60)}:${String(left % 60).padStart(2, "0")}`;
  } else if (left < 86400) {
    element.textContent =
      left < 5400
        ? words.format(Math.ceil(left / 60), "minute")
        : words.format(Math.round(left / 3600), "hour");
  }
}

setInterval(() => document.querySelectorAll("[data-countdown]").forEach(count), 1000);

/* A mail that is shown before it goes out is as high as it is; without scripts it scrolls. */
function grow(frame) {
  const fit = () => {
    const mail = frame.contentDocument?.body;
    if (mail?.childElementCount) frame.style.blockSize = `${mail.offsetHeight + 2}px`;
  };
  frame.addEventListener("load", fit);
  new ResizeObserver(fit).observe(frame);
}

function ready(part) {
  part.querySelectorAll("[data-grows]").forEach(grow);
  part.querySelectorAll("[data-time-zone]").forEach(fillZone);
  part.querySelectorAll("[data-countdown]").forEach(count);
}

ready(document);
document.querySelector("[data-errors]")?.focus();
