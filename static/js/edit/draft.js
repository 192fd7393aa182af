// What is not saved yet: kept in this browser at every change, and on the server a little later.

import { ask } from "./http.js";
import { button, element, word } from "./dom.js";

const PAUSE = 5000; // milliseconds between two writes to the server

/** Drafts of the page that is saved at `page`. */
export function drafts(page, address, tell) {
  const key = `draft ${new URL(page, location.href).pathname}`;
  let waiting = 0;
  let newest = null;
  let request = null;

  function local() {
    try {
      return JSON.parse(localStorage.getItem(key));
    } catch {
      return null;
    }
  }

  function forgetLocal() {
    try {
      localStorage.removeItem(key);
    } catch { /* then nothing is in it */ }
  }

  /** The newest draft: `{ text, base, saved }`, the time in unix seconds. */
  async function find() {
    const here = local();
    let there = null;
    try {
      const answer = await ask(address, { signal: AbortSignal.timeout(PAUSE) });
      if (answer.ok) there = await answer.json();
    } catch { /* the one in this browser is what there is */ }
    if (!here || !there) return here ?? there;
    return here.saved >= there.saved ? here : there;
  }

  function keep(text, base) {
    newest = { text, base };
    try {
      localStorage.setItem(key, JSON.stringify({ ...newest, saved: Math.floor(Date.now() / 1000) }));
    } catch {
      tell(word("draft_not_here"), "wrong");
    }
    waiting ||= setTimeout(send, PAUSE);
  }

  async function send() {
    waiting = 0;
    request = new AbortController();
    try {
      const body = JSON.stringify(newest);
      const answer = await ask(address, { method: "PUT", type: "application/json", body, signal: request.signal });
      tell(word(answer.ok ? "draft_kept" : "draft_kept_here"));
    } catch (error) {
      if (error.name !== "AbortError") tell(word("draft_kept_here"));
    }
  }

  /** Nothing is unsaved any more. */
  async function forget() {
    clearTimeout(waiting);
    waiting = 0;
    request?.abort();
    forgetLocal();
    await ask(address, { method: "DELETE", keepalive: true }).catch(console.warn);
  }

  return { find, keep, forget };
}

/** Asks in `place` what shall become of a draft; true when it is to be restored. Until then nobody writes. */
export function offer(place, { saved }, other) {
  const when = new Date(saved * 1000).toLocaleString(document.documentElement.lang, { dateStyle: "long", timeStyle: "short" });
  return new Promise((resolve) => {
    const choose = (restore) => { bar.remove(); resolve(restore); };
    const first = button(word("restore"), () => choose(true), { className: "first" });
    const bar = element("div", { className: "edit-banner", role: "alertdialog", ariaLabel: word("draft") },
      element("p", { textContent: word("draft_found", { when }) + (other ? ` ${word("draft_older")}` : "") }),
      element("p", { className: "actions" }, first, button(word("discard"), () => choose(false))));
    place.before(bar);
    first.focus();
  });
}
