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
  const jobs = [
    ...[...list.shell, ...list.labs].map((path) => () => file(files, new URL(path, scope))),
    ...wanted.map(([path, , hash]) => async () => {
      const url = new URL(path, scope);
      if (before.get(path) !== hash || !await pages.match(url, { ignoreVary: true })) await page(pages, url);
      now.set(path, hash);
    }),
  ];
  let [next, done, failed] = [0, 0, 0];
  const work = async () => {
    while (next < jobs.length && !stopped()) {
      try {
        await jobs[next++]();
      } catch (error) {
        if (error.name === "QuotaExceededError") throw error;
        failed += 1;
      }
      tell(++done, jobs.length);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
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
