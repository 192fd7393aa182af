// Reading offline: the way in, and what a page says that comes from the reader's own browser. Nothing is kept before the
// reader asks for it.

import { chosen, list, scope, worker } from "./offline/store.js";

const root = document.documentElement;
const link = document.querySelector("a.offline");
const panel = document.getElementById("offline"); // on the page about it

// A page that the worker took from its cache says so.
if (link && root.dataset.kept !== undefined && !panel) {
  const when = new Intl.DateTimeFormat(root.lang, { dateStyle: "long", timeStyle: "short" });
  const sign = document.createElement("p");
  sign.className = "kept";
  sign.setAttribute("role", "status");
  sign.textContent = root.dataset.kept
    ? link.dataset.kept.replace("{date}", when.format(new Date(root.dataset.kept)))
    : link.dataset.undated;
  document.querySelector("main > .column").prepend(sign);
}

// On the page that stands in for one that is not kept.
const missing = panel && new URLSearchParams(location.search).get("page");
const again = missing && new URL(missing, scope);
if (again && again.href.startsWith(scope.href)) {
  const part = document.getElementById("not-kept");
  part.querySelector("a").href = again.href;
  part.hidden = false;
}

if (link && "serviceWorker" in navigator && "caches" in window) {
  link.hidden = false;
  if (panel) {
    panel.hidden = false;
    import("./offline/panel.js").then((it) => it.page(panel));
  } else {
    link.addEventListener("click", async (event) => {
      if (event.metaKey || event.ctrlKey || event.shiftKey) return;
      event.preventDefault();
      try {
        await (await import("./offline/panel.js")).open(link);
      } catch {
        location.href = link.href;
      }
    });
  }
  refresh();
}

// Once in the life of a window, a page that came from the site sees whether there is something new.
async function refresh() {
  if (root.dataset.kept !== undefined) return;
  const active = (await worker())?.active;
  if (!active) return;
  active.postMessage({ do: "look" });
  const lang = chosen();
  if (lang === "" || lang === "opened" || sessionStorage.getItem("looked")) return;
  sessionStorage.setItem("looked", "1");
  const there = await list();
  if (!there?.languages[lang]) return;
  const { keepAll } = await import("./offline/all.js");
  await keepAll(there, lang, () => {}, () => chosen() !== lang).catch(() => { /* what there was stays */ });
}
