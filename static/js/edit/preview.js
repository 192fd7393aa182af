// The page as it will be, beside the text, while it is written. The server makes it; what has not changed stays.

import { ask, complaint } from "./http.js";
import { element, word } from "./dom.js";

const PAUSE = 300; // milliseconds without a change

/** Keeps `place` the rendering of `text()`; `found` hears what is wrong in the text. */
export function preview(place, { address, text, found }) {
  const body = element("article", { className: "prose" });
  const problem = element("p", { className: "problem", role: "status", hidden: true });
  let shown = []; // the markup of each part of the body, as it came
  let waiting = 0;
  let request = null;
  place.replaceChildren(problem, body);
  place.tabIndex = 0;
  place.setAttribute("aria-label", word("preview"));
  // A form of a lab must not lead away from the text, and a link opens beside it.
  place.addEventListener("submit", (event) => event.preventDefault());
  place.addEventListener("click", ({ target }) => {
    const link = target.closest?.("a[href]");
    if (link && !link.getAttribute("href").startsWith("#")) link.target = "_blank";
  });

  function later() {
    clearTimeout(waiting);
    if (!place.hidden) waiting = setTimeout(now, PAUSE);
  }

  async function now() {
    clearTimeout(waiting);
    request?.abort();
    const own = request = new AbortController();
    try {
      const answer = await ask(address, { method: "POST", type: "text/markdown; charset=utf-8", body: text(), signal: own.signal });
      if (answer.status === 401) return fail(word("preview_signed_out"));
      if (!answer.ok) return fail(await complaint(answer));
      const page = await answer.json();
      if (own.signal.aborted) return;
      problem.hidden = true;
      page.stylesheets?.forEach(addSheet);
      const fresh = exchange(page.html);
      found(page.diagnostics ?? []);
      place.dispatchEvent(new Event("rendered"));
      if (page.lab_script && fresh.some((part) => part.matches("figure.lab") || part.querySelector("figure.lab"))) {
        const { src, modules } = page.lab_script;
        const { wake } = await import(src);
        fresh.forEach((part) => { if (part.isConnected) wake(part, JSON.parse(modules)); });
      }
    } catch (error) {
      if (error.name !== "AbortError") fail(word("no_answer"));
    }
  }

  function fail(sentence) {
    problem.textContent = word("preview_failed", { why: sentence });
    problem.hidden = false;
  }

  /** Exchanges the parts between what is the same at the beginning and at the end; a lab there keeps its state. */
  function exchange(html) {
    const page = element("template");
    page.innerHTML = html;
    const parts = [...page.content.children];
    const markup = parts.map((part) => part.outerHTML);
    let first = 0;
    while (first < markup.length && markup[first] === shown[first]) first += 1;
    let same = 0;
    while (same < Math.min(markup.length, shown.length) - first && markup.at(-1 - same) === shown.at(-1 - same)) same += 1;
    const end = body.children[shown.length - same] ?? null;
    [...body.children].slice(first, shown.length - same).forEach((old) => old.remove());
    const fresh = parts.slice(first, parts.length - same);
    fresh.forEach((part) => body.insertBefore(part, end));
    shown = markup;
    return fresh;
  }

  return { later, now };
}

function addSheet(href) {
  const known = [...document.querySelectorAll("link[rel=stylesheet]")].some((link) => link.getAttribute("href") === href);
  if (!known) document.head.append(element("link", { rel: "stylesheet", href }));
}
