/* Enquiries are dragged from step to step with the mouse. The buttons and pages do the same. */
const form = document.querySelector("[data-drop-form]");
let dragged = null;

function drop(step) {
  if (step === "client") location.assign(dragged.dataset.client);
  else if (step === "not_now") location.assign(`${dragged.dataset.page}#not-now`);
  else {
    form.action = dragged.dataset.move;
    form.elements.state.value = step;
    form.requestSubmit();
  }
}

document.querySelectorAll("[data-move]").forEach((card) => {
  card.draggable = true;
  card.querySelectorAll("a").forEach((link) => (link.draggable = false));
  card.addEventListener("dragstart", (event) => {
    dragged = card;
    card.classList.add("is-dragged");
    event.dataTransfer.effectAllowed = "move";
    event.dataTransfer.setData("text/plain", card.dataset.move);
  });
  card.addEventListener("dragend", () => {
    card.classList.remove("is-dragged");
    document.querySelectorAll(".is-target").forEach((column) => column.classList.remove("is-target"));
    dragged = null;
  });
});

document.querySelectorAll("[data-step]").forEach((column) => {
  const isElsewhere = () => dragged && !column.contains(dragged);
  column.addEventListener("dragover", (event) => {
    if (!isElsewhere()) return;
    event.preventDefault();
    column.classList.add("is-target");
  });
  column.addEventListener("dragleave", (event) => {
    if (!column.contains(event.relatedTarget)) column.classList.remove("is-target");
  });
  column.addEventListener("drop", (event) => {
    if (!isElsewhere()) return;
    event.preventDefault();
    drop(column.dataset.step);
  });
});
