// Notifications about one report. The form is shown only where the browser can be reached by push.
const form = document.querySelector("form[data-push]");
if (form && "serviceWorker" in navigator && "PushManager" in window) start(form);

async function start(form) {
  const registration = await navigator.serviceWorker.ready;
  const button = form.querySelector("button");
  const label = button.querySelector("span");
  const status = form.querySelector("[role=status]");
  let on = false;

  function show(now, sentence) {
    on = now;
    label.textContent = on ? form.dataset.stop : form.dataset.start;
    button.setAttribute("aria-pressed", String(on));
    status.textContent = sentence;
  }

  async function say(act, subscription) {
    const words = subscription.toJSON();
    const body = new URLSearchParams({ act, endpoint: words.endpoint, p256dh: words.keys.p256dh, auth: words.keys.auth,
      csrf_token: form.elements.csrf_token.value });
    const answer = await fetch(form.action, { method: "POST", body });
    if (!answer.ok) throw new Error(`status ${answer.status}`);
    // Should the browser change its address, the worker must know the one that we were given.
    await (await caches.open("push")).put(form.dataset.changed, new Response(JSON.stringify(words)));
    return (await answer.json()).on;
  }

  async function turn() {
    const known = await registration.pushManager.getSubscription();
    if (on && known) return show(await say("stop", known), form.dataset.off);
    if (await Notification.requestPermission() !== "granted") return show(false, form.dataset.denied);
    const key = form.dataset.push;
    const subscription = known ?? await registration.pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: key });
    show(await say("ask", subscription), form.dataset.on);
  }

  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    button.disabled = true;
    try { await turn(); } catch { show(false, form.dataset.failed); }
    button.disabled = false;
  });

  const known = await registration.pushManager.getSubscription();
  if (known) try { const now = await say("look", known); show(now, now ? form.dataset.on : ""); } catch { /* asked again on the next visit */ }
  form.hidden = false;
}
