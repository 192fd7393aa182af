// The reading cache: keeps what is read where a reader asked for it, and answers when the site cannot be reached. Only
// what anybody may see is kept. It lies at the root of the site, which may be a folder; every address starts from there.

const scope = new URL(registration.scope);
const mine = `casebook ${scope.pathname} `;
const name = (kind) => `${mine}${kind} 1`;
const KINDS = ["pages", "files", "list"];
const PATIENCE = 3000; // milliseconds; then a copy is better than waiting on

addEventListener("install", () => skipWaiting());
addEventListener("activate", (event) => event.waitUntil(Promise.all([tidy(), clients.claim()])));

// Caches of former versions of this file.
async function tidy() {
  const old = (await caches.keys()).filter((key) => key.startsWith(mine) && !KINDS.map(name).includes(key));
  await Promise.all(old.map((key) => caches.delete(key)));
}

addEventListener("fetch", (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (request.method !== "GET" || !url.href.startsWith(scope.href) || request.headers.has("range")) return;
  const path = url.pathname.slice(scope.pathname.length);
  if (path.startsWith("-/") || path.startsWith("api/")) return;
  if (path.startsWith("static/")) event.respondWith(file(event));
  else if (request.mode === "navigate") event.respondWith(page(event, url, path));
  else if (request.destination === "image" || path.startsWith("search/")) event.respondWith(newest(event, url));
});

// A file whose name holds a hash of it: the same for ever.
async function file(event) {
  return await find("files", event.request.url) ?? ask(event, "files", event.request.url);
}

// The site's answer, or the copy when there is none.
async function newest(event, url) {
  const kept = await find("pages", url);
  const answer = ask(event, "pages", url);
  return kept ? await answer.catch(() => kept) : answer;
}

async function page(event, url, path) {
  url.hash = "";
  const kept = await find("pages", url);
  const answer = ask(event, "pages", url);
  event.waitUntil(answer.catch(() => {})); // a late answer is kept for the next time
  if (!kept) return answer.catch(() => instead(url, path));
  const late = new Promise((done) => { setTimeout(done, PATIENCE); });
  const first = await Promise.race([answer.catch(() => undefined), late]);
  // A gateway that says these speaks for a site that does not answer.
  return first && ![502, 503, 504].includes(first.status) ? first : marked(kept);
}

async function ask(event, kind, url) {
  const answer = await fetch(event.request);
  event.waitUntil(keep(kind, url, answer.clone(), event.request.mode === "navigate").catch(() => {}));
  return answer;
}

// Nothing that was meant for one reader. (Cookies cannot be seen here; answers that set one are private.)
function anybodys(answer) {
  const rules = answer.headers.get("cache-control") ?? "";
  return answer.status === 200 && answer.type === "basic" && !answer.redirected && !/no-store|private/i.test(rules);
}

async function keep(kind, url, answer, pages) {
  // Without a cache the reader has taken back the wish.
  if (!await caches.has(name(kind))) return;
  const cache = await caches.open(name(kind));
  if (answer.status === 404 || answer.status === 410) await cache.delete(url);
  if (!anybodys(answer)) return;
  // A query asks a page something; the page alone is what is kept.
  if (pages && (url.search || !answer.headers.get("content-type")?.startsWith("text/html"))) return;
  await cache.put(url, answer);
}

async function find(kind, url) {
  if (!await caches.has(name(kind))) return undefined;
  const cache = await caches.open(name(kind));
  // An address gives each reader the form that suits them; what is kept is what this one was given.
  const exact = await cache.match(url, { ignoreVary: true });
  return exact ?? cache.match(url, { ignoreVary: true, ignoreSearch: true });
}

// A copy says so, and when it was made.
async function marked(kept) {
  const date = new Date(kept.headers.get("date") ?? "");
  const when = Number.isNaN(date.getTime()) ? "" : date.toISOString();
  const headers = new Headers(kept.headers);
  for (const gone of ["content-encoding", "content-length"]) headers.delete(gone);
  return new Response((await kept.text()).replace("<html", `<html data-kept="${when}"`), { headers });
}

// For a page that is not kept: the same in another spelling, or the page that says what is.
async function instead(url, path) {
  const lang = ["en", "zh"].find((code) => path === code || path.startsWith(`${code}/`))
    ?? (navigator.language.startsWith("zh") ? "zh" : "en");
  const other = path === "" ? `${lang}/` : path.endsWith("/") ? path.replace(/\/+$/, "") : `${path}/`;
  if (await find("pages", new URL(other, scope))) return Response.redirect(new URL(other + url.search, scope));
  const offline = (await lists())?.languages[lang].offline;
  if (!offline || path === offline) return Response.error();
  const to = new URL(offline, scope);
  to.searchParams.set("page", path + url.search);
  return Response.redirect(to);
}

// A page has come from the site: what all pages need may have changed. Or a reader begins.
let looked;
addEventListener("message", (event) => {
  const { do: task } = event.data ?? {};
  if (task !== "look" && task !== "begin") return;
  if (task === "begin" || !looked) looked = look(task === "begin"); // else once in a worker's life, which is short
  const done = looked.then(() => true, () => false);
  event.waitUntil(done.then((well) => {
    if (!well) looked = undefined;
    event.ports[0]?.postMessage(well);
  }));
});

async function lists() {
  return (await find("list", new URL("offline.json", scope)))?.json();
}

async function look(begins) {
  if (!begins && !await caches.has(name("list"))) return;
  const address = new URL("offline.json", scope);
  const answer = await get(address);
  const list = await answer.clone().json();
  if (!begins && (await lists())?.version === list.version) return;
  const [pages, files, stored] = await Promise.all(KINDS.map((kind) => caches.open(name(kind))));
  await Promise.all(list.shell.map(async (path) => {
    const url = new URL(path, scope);
    if (!await files.match(url)) await files.put(url, await get(url));
  }));
  for (const { offline } of Object.values(list.languages)) {
    const url = new URL(offline, scope);
    await pages.put(url, await get(url));
  }
  await stored.put(address, answer);
  await prune(pages, files, [...list.shell, ...list.labs]);
}

// As somebody whom the site does not know.
async function get(url) {
  const answer = await fetch(url, { credentials: "omit", cache: "no-cache" });
  if (!anybodys(answer)) throw new Error(`${url}: ${answer.status}`);
  return answer;
}

// Takes out files that neither this version nor a kept page needs. A page of a former version may still be open in another
// window, and ask for more of its files.
async function prune(pages, files, current) {
  if ((await clients.matchAll({ type: "window" })).length > 1) return;
  const last = (path) => path.slice(path.lastIndexOf("/") + 1);
  const hashed = /[\w.-]+-[0-9a-f]{8}\.\w+/g;
  const kept = new Map((await files.keys()).map((request) => [last(new URL(request.url).pathname), request]));
  const needed = new Set();
  const waiting = current.map(last);
  for (const request of await pages.keys()) {
    const page = await pages.match(request, { ignoreVary: true });
    if (page?.headers.get("content-type")?.startsWith("text/html")) waiting.push(...(await page.text()).match(hashed) ?? []);
  }
  while (waiting.length) {
    const one = waiting.pop();
    if (needed.has(one) || !kept.has(one)) continue;
    needed.add(one);
    if (/\.(css|js)$/.test(one)) waiting.push(...(await (await files.match(kept.get(one))).text()).match(hashed) ?? []);
  }
  await Promise.all([...kept].filter(([one]) => !needed.has(one)).map(([, request]) => files.delete(request)));
}
