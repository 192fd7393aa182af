// Where the reading cache is; the service worker has the same names.

export const scope = new URL(document.documentElement.dataset.root ?? "/", document.baseURI);

const mine = `casebook ${scope.pathname} `;
export const name = (kind) => `${mine}${kind} 1`;

/** The worker that keeps pages for this site, if the reader wanted one. */
export async function worker() {
  const found = await navigator.serviceWorker.getRegistration(scope);
  return found?.scope === scope.href ? found : undefined;
}

// What the reader chose: "" for nothing, "opened", or the language of which all pages are kept.
const key = `offline ${scope.pathname}`;
let choice;
export function chosen() {
  try {
    return localStorage.getItem(key) ?? "";
  } catch {
    return choice ?? "";
  }
}

export function choose(what) {
  choice = what;
  try {
    if (what) localStorage.setItem(key, what);
    else localStorage.removeItem(key);
  } catch { /* it holds as long as the page */ }
}

/** Whether anybody may see an answer, so that it may be kept. */
export function anybodys(answer) {
  const rules = answer.headers.get("cache-control") ?? "";
  return answer.status === 200 && !answer.redirected && !/no-store|private/i.test(rules);
}

/** As somebody whom the site does not know. */
export const get = (url) => fetch(url, { credentials: "omit", cache: "no-cache" });

/** What there is to keep; none while the site cannot be reached, or shows nothing to strangers. */
export async function list() {
  try {
    const answer = await get(new URL("offline.json", scope));
    return anybodys(answer) ? await answer.json() : undefined;
  } catch {
    return undefined;
  }
}

/** Asks the worker to fetch what every page needs; whether it could. */
function begin(active) {
  return new Promise((done) => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = ({ data }) => done(data);
    active.postMessage({ do: "begin" }, [port2]);
  });
}

/** Starts keeping. */
export async function enable() {
  const address = new URL("service-worker.js", scope);
  const made = await navigator.serviceWorker.register(address, { scope: scope.pathname, updateViaCache: "none" });
  const coming = made.installing ?? made.waiting;
  if (!made.active && coming) {
    await new Promise((done, fail) => {
      const look = () => {
        if (coming.state === "activated") done();
        else if (coming.state === "redundant") fail(new Error("the worker cannot be installed"));
      };
      coming.addEventListener("statechange", look);
      look();
    });
  }
  if (!await begin(made.active ?? coming)) throw new Error("the files of the site cannot be kept");
}

/** Stops, and takes away all that was kept. */
export async function remove() {
  choose("");
  await (await worker())?.unregister();
  const ours = (await caches.keys()).filter((it) => it.startsWith(mine));
  await Promise.all(ours.map((it) => caches.delete(it)));
}

/** Keeps the page that is open, with what it has loaded. */
export async function keepThis() {
  const [pages, files] = await Promise.all([caches.open(name("pages")), caches.open(name("files"))]);
  const here = new URL(location.href);
  [here.search, here.hash] = ["", ""];
  const put = async (cache, url) => {
    const answer = await fetch(url);
    if (anybodys(answer)) await cache.put(url, answer);
  };
  const inside = performance.getEntriesByType("resource").filter((it) => it.name.startsWith(scope.href));
  const isFile = (url) => url.startsWith(`${scope.href}static/`);
  await Promise.all([
    put(pages, here.href),
    ...inside.filter((it) => isFile(it.name)).map((it) => put(files, it.name)),
    ...inside.filter((it) => it.initiatorType === "img" && !isFile(it.name)).map((it) => put(pages, it.name)),
  ]);
}

/** The pages that are kept, with their titles. */
export async function kept() {
  if (!await caches.has(name("pages"))) return [];
  const cache = await caches.open(name("pages"));
  // The page about them is always there, and is none of them.
  const requests = (await cache.keys()).filter(({ url }) => !/\/(en|zh)\/offline\/?$/.test(url));
  const found = await Promise.all(requests.map(async (request) => {
    const answer = await cache.match(request, { ignoreVary: true });
    if (!answer?.headers.get("content-type")?.startsWith("text/html")) return undefined;
    const head = new DOMParser().parseFromString((await answer.text()).split("</head>")[0], "text/html");
    return { url: request.url, lang: head.documentElement.lang, title: head.title.replace(/ · [^·]*$/, "") };
  }));
  return found.filter(Boolean);
}
