// Keeps all pages of a language: what has changed since the last time is fetched again, with the pictures in it.

import { anybodys, get, name, scope } from "./store.js";

const AT_ONCE = 4;
const recorded = (lang) => new URL(`offline.json?kept=${lang}`, scope);

/** Keeps what `list` names; `tell(done, of)` is called on the way, and `stopped()` asked. Returns how many failed. */
export async function keepAll(list, lang, tell, stopped) {
  const [pages, files, lists] = await Promise.all(["pages", "files", "list"].map((kind) => caches.open(name(kind))));
  const before = new Map(await (await lists.match(recorded(lang)))?.json() ?? []);
  const now = new Map();
  const wanted = list.languages[lang].pages;
  const { search } = list.languages[lang]; // its index, where no server searches
  const jobs = [
    ...[search].filter(Boolean).map((path) => async () => pages.put(new URL(path, scope), await fetched(new URL(path, scope)))),
    ...[...list.shell, ...list.labs].map((path) => () => file(files, new URL(path, scope))),
    ...wanted.map(([path, , hash]) => async () => {
      const url = new URL(path, scope);
      if (before.get(path) !== hash || !await pages.match(url, { ignoreVary: true })) await page(pages, url);
      now.set(path, hash);
    }),
  ];
  let done = 0;
  // Returns those that failed.
  const run = async (waiting, count) => {
    const failed = [];
    const work = async () => {
      while (waiting.length && !stopped()) {
        const job = waiting.shift();
        try {
          await job();
          tell(++done, jobs.length);
        } catch (error) {
          if (error.name === "QuotaExceededError") throw error;
          failed.push(job);
        }
      }
    };
    await Promise.all(Array.from({ length: count }, work));
    return failed;
  };
  // A site that was too busy for several at once may answer to one.
  const { length: failed } = await run(await run([...jobs], AT_ONCE), 1);
  if (stopped()) return failed;
  // Pages that are no more.
  for (const path of before.keys()) {
    if (!now.has(path) && !wanted.some(([it]) => it === path)) await pages.delete(new URL(path, scope), { ignoreVary: true });
  }
  await lists.put(recorded(lang), new Response(JSON.stringify([...now])));
  return failed;
}

async function fetched(url) {
  const answer = await get(url);
  if (!anybodys(answer)) throw new Error(`${url}: ${answer.status}`);
  return answer;
}

async function file(cache, url) {
  if (!await cache.match(url, { ignoreVary: true })) await cache.put(url, await fetched(url));
}

async function page(cache, url) {
  const answer = await fetched(url);
  const text = await answer.clone().text();
  await cache.put(url, answer);
  const pictures = new DOMParser().parseFromString(text, "text/html").querySelectorAll("main img[src]");
  for (const picture of pictures) {
    const address = new URL(picture.getAttribute("src"), url);
    if (address.href.startsWith(scope.href)) await cache.put(address, await fetched(address));
  }
}
