// The service worker of Saring: what was read stays readable offline, and notifications are shown. It asks no other host.
const VERSION = {{ version|tojson }};
const SHELL = `shell-${VERSION}`;
const READ = "read";
const OFFLINE = {{ offline|tojson }};
const ASSETS = {{ assets|tojson }};
const KEPT = {{ kept|tojson }};
const ICON = {{ icon|tojson }};
const LATEST = {{ latest|tojson }};
const PUSH = "push";
const PUSH_KEY = {{ push_key|tojson }};
const CHANGED = {{ changed|tojson }};
const MOST_READ = 40;
const AHEAD = 6;

// Public results only. Private pages (tracking, desk, account, letters) are never kept.
const READABLE = /^\/(?:$|cari$|cek\/|tentang$|topik)/;

self.addEventListener("install", (event) => {
  event.waitUntil(caches.open(SHELL).then((cache) => cache.addAll([OFFLINE, ...KEPT])).then(() => self.skipWaiting()));
});

self.addEventListener("activate", (event) => {
  event.waitUntil((async () => {
    const names = await caches.keys();
    await Promise.all(names.filter((name) => ![SHELL, READ, PUSH].includes(name)).map((name) => caches.delete(name)));
    await self.clients.claim();
    await fetchAhead();
  })());
});

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (request.method !== "GET" || url.origin !== self.location.origin) return;
  if (url.pathname.startsWith(ASSETS)) event.respondWith(asset(request));
  else if (request.mode === "navigate") event.respondWith(page(event, request, url));
});

async function asset(request) {
  const known = await caches.match(request);
  if (known) return known;
  const answer = await fetch(request);
  if (answer.ok) (await caches.open(SHELL)).put(request, answer.clone());
  return answer;
}

async function page(event, request, url) {
  try {
    const answer = await fetch(request);
    if (mayKeep(answer, url)) event.waitUntil(keep(request, answer.clone()));
    if (url.pathname === "/") event.waitUntil(fetchAhead());
    return answer;
  } catch {
    return (await caches.match(request, { ignoreVary: true })) ?? caches.match(OFFLINE);
  }
}

function mayKeep(answer, url) {
  const isPrivate = /no-store/.test(answer.headers.get("cache-control") ?? "");
  return answer.ok && !answer.redirected && READABLE.test(url.pathname) && !isPrivate;
}

// The latest results are there before anybody asks for them, unless the phone is to save data.
async function fetchAhead() {
  if (self.navigator.connection?.saveData) return;
  try {
    const { items } = await (await fetch(LATEST)).json();
    const cache = await caches.open(READ);
    for (const item of items.slice(0, AHEAD)) {
      const url = new URL(new URL(item.url).pathname, self.location.origin);
      if (await cache.match(url, { ignoreVary: true })) continue;
      const answer = await fetch(url);
      if (mayKeep(answer, url)) await keep(new Request(url), answer);
    }
  } catch { /* no connection: the next visit tries again */ }
}

async function keep(request, answer) {
  const cache = await caches.open(READ);
  await cache.delete(request, { ignoreVary: true });
  await cache.put(request, answer);
  const keys = await cache.keys();
  await Promise.all(keys.slice(0, Math.max(0, keys.length - MOST_READ)).map((key) => cache.delete(key)));
}

self.addEventListener("push", (event) => {
  const news = event.data?.json();
  if (!news) return;
  const { title, body, url, tag, lang } = news;
  event.waitUntil(self.registration.showNotification(title, { body, tag, lang, icon: ICON, badge: ICON, renotify: true, data: { url } }));
});

self.addEventListener("notificationclick", (event) => {
  event.notification.close();
  const url = new URL(event.notification.data.url, self.location.origin);
  if (url.origin === self.location.origin) event.waitUntil(lead(url));
});

// A page that is open already comes to the front with the news on it; else it is opened.
async function lead(url) {
  const windows = await self.clients.matchAll({ type: "window", includeUncontrolled: true });
  const there = windows.find((one) => new URL(one.url).pathname === url.pathname);
  if (!there) return self.clients.openWindow(url.href);
  await there.focus();
  return there.navigate(url.href).catch(() => null);
}

// A browser may change its address by itself. Whoever was promised news is told of them at the new one.
self.addEventListener("pushsubscriptionchange", (event) => event.waitUntil(move(event)));

async function move({ oldSubscription, newSubscription }) {
  const store = await caches.open(PUSH);
  const old = oldSubscription?.toJSON() ?? await (await store.match(CHANGED))?.json();
  if (!old || !PUSH_KEY) return;
  const options = { userVisibleOnly: true, applicationServerKey: PUSH_KEY };
  const words = (newSubscription ?? await self.registration.pushManager.subscribe(options)).toJSON();
  const body = new URLSearchParams({ old: old.endpoint, old_auth: old.keys.auth,
    endpoint: words.endpoint, p256dh: words.keys.p256dh, auth: words.keys.auth });
  const answer = await fetch(CHANGED, { method: "POST", body });
  if (answer.ok) await store.put(CHANGED, new Response(JSON.stringify(words)));
}
