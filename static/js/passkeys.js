/* Passkeys: asks the browser for a credential and sends it with the form.
   data-passkey says what for: "sign-in" fetches its options, "add" and "confirm" find them on the page. */

const json = window.webauthnJSON;

function optionsOnPage() {
  return JSON.parse(document.getElementById("passkey-options").textContent);
}

async function credentialFor(form) {
  if (form.dataset.passkey === "add") {
    const { creation_options: options } = optionsOnPage();
    const alone = form.elements.passwordless?.checked;
    const wanted = options.publicKey.authenticatorSelection;
    wanted.residentKey = alone ? "required" : "discouraged";
    wanted.requireResidentKey = Boolean(alone);
    if (alone) wanted.userVerification = "required";
    return json.create(options);
  }
  if (form.dataset.passkey === "confirm") return json.get(optionsOnPage().request_options);
  const answer = await fetch(form.action, { headers: { Accept: "application/json" } });
  if (!answer.ok) throw new Error("no options");
  return json.get((await answer.json()).request_options);
}

async function send(event) {
  const form = event.currentTarget;
  const trouble = form.querySelector("[role=alert]:not([data-errors])");
  event.preventDefault();
  trouble.hidden = true;
  try {
    form.elements.credential.value = JSON.stringify(await credentialFor(form));
    form.submit();
  } catch {
    trouble.hidden = false;
  }
}

if (json && window.PublicKeyCredential) {
  for (const form of document.querySelectorAll("form[data-passkey]")) {
    form.hidden = false;
    form.addEventListener("submit", send);
  }
}
