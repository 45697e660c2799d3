/* A page of times follows the zone select at once, and starts in the browser's own zone. */
"use strict";
const zoneForm = document.querySelector("[data-zone-form]");
const zoneSelect = zoneForm?.querySelector("select");

zoneSelect?.addEventListener("change", () => zoneForm.submit());

if (zoneForm?.dataset.zoneForm === "ask") {
  const own = Intl.DateTimeFormat().resolvedOptions().timeZone;
  const known = [...zoneSelect.options].some((option) => option.value === own);
  if (known && own !== zoneSelect.value) {
    const address = new URL(location.href);
    address.searchParams.set("zone", own);
    location.replace(address);
  }
}
zoneForm?.querySelector("button")?.classList.add("vh");
