// Single-key shortcuts of the desk. Every one presses a link or a button that is on the page anyway: an element with
// data-key, or a button of the queue card that has the focus. Whoever types, or has turned them off, is left alone.
const SILENCED = "saring.keys.off";

function silenced() {
  try {
    return localStorage.getItem(SILENCED) === "1";
  } catch {
    return false; // storage is closed: shortcuts stay on for this page
  }
}

function isTyping(element) {
  return element.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(element.tagName);
}

function press(element) {
  if (element.tagName === "FORM") element.requestSubmit();
  else if (element.tagName === "SECTION" || element.tagName === "DETAILS") reveal(element);
  else element.click();
}

function reveal(section) {
  if (section.tagName === "DETAILS") section.open = true;
  section.scrollIntoView({ block: "start" });
  section.querySelector("a[href], button, input:not([type=hidden]), textarea, select, summary")?.focus();
}

function move(step) {
  const links = [...document.querySelectorAll(".queue-card .card-title a")];
  if (!links.length) return;
  const here = links.findIndex((link) => link.closest(".queue-card").contains(document.activeElement));
  const next = here < 0 ? (step > 0 ? 0 : links.length - 1) : (here + step + links.length) % links.length;
  links[next].focus();
}

async function list(source) {
  const answer = await fetch(source.href, { headers: { "HX-Request": "true" } });
  if (!answer.ok) return source.click();
  const dialog = document.createElement("dialog");
  dialog.className = "keys-dialog";
  dialog.innerHTML = await answer.text();
  dialog.addEventListener("close", () => dialog.remove());
  document.body.append(dialog);
  dialog.showModal();
  label(dialog);
}

function label(root) {
  for (const button of root.querySelectorAll("button[data-keys-switch]")) {
    button.hidden = false;
    button.textContent = silenced() ? button.dataset.on : button.dataset.off;
    button.setAttribute("aria-pressed", String(silenced()));
  }
}

document.addEventListener("click", (event) => {
  const button = event.target.closest("button[data-keys-switch]");
  if (!button) return;
  localStorage.setItem(SILENCED, silenced() ? "0" : "1");
  label(document);
});

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return;
  if (document.querySelector("dialog[open]") || silenced()) return;
  const card = document.activeElement.closest?.(".queue-card");
  const own = { t: 'form[action$="/ambil"]', s: 'form[action$="/lewati"]', x: "input[name=pairs]" }[event.key];
  const target = own ? card?.querySelector(own) : document.querySelector(`[data-key="${CSS.escape(event.key)}"]`);
  if (event.key === "j" || event.key === "k") move(event.key === "j" ? 1 : -1);
  else if (!target) return;
  else if (event.key === "?") list(target);
  else press(target);
  event.preventDefault();
});

label(document);
