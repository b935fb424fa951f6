// Starts the service worker: offline reading, notifications, a place in the share menu.
if ("serviceWorker" in navigator) navigator.serviceWorker.register("/sw.js").catch(() => { /* private windows refuse; all pages work without */ });
