// Lists the fact-checks that this phone has kept, the latest first.
const section = document.querySelector("[data-read]");
if (section && "caches" in window) list(section);

async function list(section) {
  const cache = await caches.open("read");
  const keys = (await cache.keys()).filter((key) => new URL(key.url).pathname.startsWith("/cek/")).reverse();
  for (const key of keys) {
    const text = await (await cache.match(key)).text();
    const title = new DOMParser().parseFromString(text, "text/html").querySelector("h1")?.textContent;
    if (!title) continue;
    const link = document.createElement("a");
    link.href = new URL(key.url).pathname;
    link.textContent = title;
    const item = document.createElement("li");
    item.append(link);
    section.querySelector("ul").append(item);
    section.hidden = false;
  }
}
