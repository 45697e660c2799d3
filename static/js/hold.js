/* How long the chosen time is still kept. The page says until when without this. */
"use strict";
const hold = document.querySelector("[data-hold]");

if (hold) {
  const left = hold.querySelector("[data-hold-left]");
  const over = document.querySelector("[data-hold-over]");
  const ends = performance.now() + Number(hold.dataset.hold) * 1000;
  const show = () => {
    const seconds = Math.max(0, Math.round((ends - performance.now()) / 1000));
    left.textContent = `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
    if (seconds > 0) return;
    clearInterval(ticking);
    hold.hidden = true;
    over.hidden = false;
    over.setAttribute("role", "status");
  };
  const ticking = setInterval(show, 1000);
  show();
}
