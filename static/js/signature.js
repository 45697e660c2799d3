/* A signature drawn with finger, pen or mouse. Typing the name is enough; this is beside it. */
const LINE = 2.4;

const ready = (pad) => {
  const canvas = pad.querySelector("canvas");
  const field = pad.closest("form").elements.drawing;
  const pen = canvas.getContext("2d");
  let last = null;
  let inked = false;

  const fit = () => {
    const scale = Math.min(window.devicePixelRatio || 1, 2);
    canvas.width = canvas.clientWidth * scale;
    canvas.height = canvas.clientHeight * scale;
    pen.scale(scale, scale);
    Object.assign(pen, { lineWidth: LINE, lineCap: "round", lineJoin: "round", strokeStyle: "#111" });
    inked = false;
    field.value = "";
  };
  const place = ({ offsetX, offsetY }) => [offsetX, offsetY];

  canvas.addEventListener("pointerdown", (event) => {
    canvas.setPointerCapture(event.pointerId);
    last = place(event);
    event.preventDefault();
  });
  canvas.addEventListener("pointermove", (event) => {
    if (!last) return;
    const now = place(event);
    pen.beginPath();
    pen.moveTo(...last);
    pen.lineTo(...now);
    pen.stroke();
    [last, inked] = [now, true];
  });
  const lift = () => {
    if (last && inked) field.value = canvas.toDataURL("image/png");
    last = null;
  };
  canvas.addEventListener("pointerup", lift);
  canvas.addEventListener("pointercancel", lift);
  pad.querySelector("button").addEventListener("click", fit);
  pad.hidden = false;
  fit();
};

document.querySelectorAll("[data-sign-pad]").forEach(ready);
