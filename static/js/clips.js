/* Records a short clip into the form's file field. Without it a file can be chosen all the same. */
const KINDS = {
  audio: ["audio/webm;codecs=opus", "audio/mp4", "audio/ogg;codecs=opus"],
  video: ["video/webm;codecs=vp8,opus", "video/webm", "video/mp4"],
};
const ENDINGS = { webm: "webm", mp4: "mp4", ogg: "ogg" };

const able = () => window.MediaRecorder && navigator.mediaDevices?.getUserMedia;
const kindFor = (sort) => KINDS[sort].find((kind) => MediaRecorder.isTypeSupported(kind));
const clock = (seconds) =>
  `${Math.floor(seconds / 60)}:${String(Math.floor(seconds % 60)).padStart(2, "0")}`;

const setUp = (box) => {
  const field = document.getElementById(box.dataset.recorder);
  if (!field || !able()) return;
  const find = (what) => box.querySelector(what);
  const [stop, discard, state, preview] = [
    "[data-stop]",
    "[data-discard]",
    "[data-state]",
    "[data-preview]",
  ].map(find);
  const starts = [...box.querySelectorAll("[data-record]")];
  let running = null;

  const show = (name) => {
    for (const start of starts) start.hidden = name !== "idle" || !kindFor(start.dataset.record);
    stop.hidden = name !== "recording";
    discard.hidden = name !== "ready";
  };

  const clear = () => {
    const player = preview.firstElementChild;
    if (player) URL.revokeObjectURL(player.src);
    preview.replaceChildren();
    state.textContent = "";
  };

  const keep = (sort, pieces, kind) => {
    const type = kind.split(";")[0];
    const ending = ENDINGS[type.split("/")[1]] ?? "webm";
    const file = new File(pieces, `${sort === "audio" ? "voice" : "video"}.${ending}`, { type });
    const carrier = new DataTransfer();
    carrier.items.add(file);
    field.files = carrier.files;
    const player = document.createElement(sort);
    Object.assign(player, { controls: true, src: URL.createObjectURL(file), className: "talk-clip" });
    preview.replaceChildren(player);
    state.textContent = box.dataset.ready;
    show("ready");
    player.focus();
  };

  const record = async (sort) => {
    clear();
    let stream;
    try {
      const video = sort === "video" && { width: { ideal: 640 }, facingMode: "user" };
      stream = await navigator.mediaDevices.getUserMedia({ audio: true, video });
    } catch {
      state.textContent = box.dataset.refused;
      return;
    }
    const kind = kindFor(sort);
    const recorder = new MediaRecorder(stream, {
      mimeType: kind,
      audioBitsPerSecond: 48000,
      videoBitsPerSecond: 600000,
    });
    const pieces = [];
    const began = performance.now();
    const tick = setInterval(() => {
      const seconds = (performance.now() - began) / 1000;
      state.textContent = `${box.dataset.recording} ${clock(seconds)}`;
      if (seconds >= Number(box.dataset.longest)) recorder.stop();
    }, 250);
    recorder.addEventListener("dataavailable", ({ data }) => data.size && pieces.push(data));
    recorder.addEventListener(
      "stop",
      () => {
        clearInterval(tick);
        for (const track of stream.getTracks()) track.stop();
        running = null;
        keep(sort, pieces, kind);
      },
      { once: true },
    );
    running = recorder;
    recorder.start();
    show("recording");
    stop.focus();
  };

  for (const start of starts) start.addEventListener("click", () => record(start.dataset.record));
  stop.addEventListener("click", () => running?.state === "recording" && running.stop());
  discard.addEventListener("click", () => {
    field.value = "";
    clear();
    show("idle");
    starts.find((start) => !start.hidden)?.focus();
  });
  field.addEventListener("change", () => {
    clear();
    show("idle");
  });
  field.form.addEventListener("submit", (event) => {
    if (running) event.preventDefault();
  });
  show("idle");
  box.hidden = starts.every((start) => start.hidden);
};

for (const box of document.querySelectorAll("[data-recorder]")) setUp(box);
