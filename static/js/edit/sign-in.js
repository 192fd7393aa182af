// Signing in without leaving the page: the server's own form, in a dialog.

import { dialog, element, word } from "./dom.js";

let asking = null; // several requests may find the session gone at once

/** The new token; nothing when whoever writes closes the dialog. */
export function signIn(address, csrf) {
  asking ??= show(address, csrf).finally(() => { asking = null; });
  return asking;
}

async function show(address, csrf) {
  const answer = await fetch(`${address}?inline=1`, { credentials: "same-origin" });
  if (!answer.ok) throw new Error(`HTTP ${answer.status}`);
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const form = document.adoptNode(page.getElementById("sign-in"));
  const problem = element("p", { className: "problem", role: "alert", hidden: true });
  const box = dialog(word("sign_in"), "sign-in", element("p", { textContent: word("sign_in_why") }), problem, form);
  const tell = (sentence) => {
    problem.textContent = sentence;
    problem.hidden = false;
  };
  let pending = null; // a password that was right and wants a code
  form.querySelector("input:not([type=hidden])")?.focus();

  async function send() {
    const given = Object.fromEntries(new FormData(form));
    const answer = await fetch(address, {
      method: "POST",
      credentials: "same-origin",
      headers: { accept: "application/json", "content-type": "application/json", "x-csrf": given.csrf ?? csrf },
      body: JSON.stringify({ ...given, ...(pending && { pending }) }),
    });
    const said = await answer.json().catch(() => ({}));
    if (answer.ok) return said.csrf;
    tell(said.error?.message ?? said.error ?? `HTTP ${answer.status}`);
    if (said.second_factor && !pending) askForCode(form);
    pending = said.second_factor ? said.pending : null;
    return null;
  }

  return new Promise((resolve) => {
    box.addEventListener("close", () => resolve(null));
    form.addEventListener("submit", async (event) => {
      event.preventDefault();
      problem.hidden = true;
      try {
        const token = await send();
        if (!token) return;
        resolve(token);
        box.close();
      } catch (error) {
        tell(word("no_answer"));
        console.warn(error);
      }
    });
  });
}

function askForCode(form) {
  const code = element("input", { name: "code", inputMode: "numeric", autocomplete: "one-time-code", required: true });
  form.querySelector("button").closest("p")?.before(element("p", {}, element("label", {}, word("code"), code)));
  code.focus();
}
