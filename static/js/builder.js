/* Questions are dragged by their grip, also into another section. The buttons do the same. */
const form = document.querySelector("[data-arrange]");
let dragged = null;

function place(list, y) {
  const rows = [...list.querySelectorAll("[data-question]")].filter((row) => row !== dragged);
  return rows.find((row) => {
    const { top, height } = row.getBoundingClientRect();
    return y < top + height / 2;
  });
}

function arrange() {
  const rows = [...document.querySelectorAll("[data-question]")];
  const pairs = rows.map((row) => `${row.closest("[data-section]").dataset.section}:${row.dataset.question}`);
  form.elements.order.value = pairs.join(",");
  const act = Object.assign(document.createElement("input"), { type: "hidden", name: "act", value: "arrange" });
  form.append(act);
  form.requestSubmit();
}

document.querySelectorAll("[data-question]").forEach((row) => {
  const grip = row.querySelector("[data-grip]");
  grip.addEventListener("pointerdown", () => (row.draggable = true));
  grip.addEventListener("pointerup", () => (row.draggable = false));
  row.addEventListener("dragstart", (event) => {
    dragged = row;
    row.classList.add("is-dragged");
    event.dataTransfer.effectAllowed = "move";
    event.dataTransfer.setData("text/plain", row.dataset.question);
  });
  row.addEventListener("dragend", () => {
    row.classList.remove("is-dragged");
    row.draggable = false;
    dragged = null;
  });
});

document.querySelectorAll("[data-section]").forEach((list) => {
  list.addEventListener("dragover", (event) => {
    if (!dragged) return;
    event.preventDefault();
    list.insertBefore(dragged, place(list, event.clientY) ?? null);
  });
  list.addEventListener("drop", (event) => {
    if (!dragged) return;
    event.preventDefault();
    arrange();
  });
});
