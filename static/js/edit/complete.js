// Links to pages, completed while they are written: `[[` and `](`.

import { ask } from "./http.js";

const PAUSE = 150; // milliseconds; whoever goes on writing is not asked for

/** A source of completions that asks the server at `address`. */
export const pages = (address) => async (context) => {
  const opened = context.matchBefore(/(\[\[|\]\()[^\[\]()|\n]*/);
  if (!opened) return null;
  const wiki = opened.text.startsWith("[[");
  const query = opened.text.slice(2);
  if (/^[a-z]+:/i.test(query)) return null;
  const stop = new AbortController();
  context.addEventListener("abort", () => stop.abort());
  await new Promise((wait) => setTimeout(wait, PAUSE));
  if (context.aborted) return null;
  try {
    const answer = await ask(`${address}?q=${encodeURIComponent(query)}`, { signal: stop.signal });
    if (!answer.ok) return null;
    const found = (await answer.json()).flatMap((page) => options(page, wiki));
    return { from: opened.from + 2, options: found, filter: false };
  } catch {
    return null; // not worth a word: the link can be written without it
  }
};

function options({ title, path, address, headings }, wiki) {
  const target = wiki ? path : address;
  const option = (label, at) => ({ label, detail: at, apply: (view, _, from, to) => write(view, from, to, at, wiki) });
  const parts = headings.map(({ id, text }) => option(`${title} § ${text}`, `${target}#${id}`));
  return [option(title, target), ...parts];
}

function write(view, from, to, target, wiki) {
  const end = wiki ? "]]" : ")";
  const closed = view.state.sliceDoc(to, to + end.length) === end;
  view.dispatch({
    changes: { from, to: closed ? to + end.length : to, insert: target + end },
    selection: { anchor: from + target.length + end.length },
    userEvent: "input.complete",
  });
}
