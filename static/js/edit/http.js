// Asking the server. Every answer is a `Response`; an error means that there was none.

import { signIn } from "./sign-in.js";

const form = document.getElementById("edit-form");

/** One request. Writes carry the token that shows that this page made them. */
export function ask(address, { method = "GET", type, body, ...rest } = {}) {
  const headers = { accept: "application/json" };
  if (type) headers["content-type"] = type;
  if (method !== "GET") headers["x-csrf"] = form.elements.csrf.value;
  return fetch(address, { method, headers, body, credentials: "same-origin", ...rest });
}

/** As `ask`; where the session has ended, whoever signs in again is answered. The 401 stays when nobody does. */
export async function askSignedIn(address, request) {
  for (let renewed = false; ;) {
    const answer = await ask(address, request);
    if (answer.status === 403 && !renewed) {
      renewed = true;
      const csrf = await currentToken();
      if (!csrf || csrf === form.elements.csrf.value) return answer;
      form.elements.csrf.value = csrf;
      continue;
    }
    if (answer.status !== 401) return answer;
    const csrf = await signIn(form.dataset.login, form.elements.csrf.value);
    if (!csrf) return answer;
    form.elements.csrf.value = csrf;
  }
}

/** The token of the session there is now, which may have begun on another page. */
async function currentToken() {
  const answer = await fetch(location.href, { credentials: "same-origin" });
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  return page.querySelector("#edit-form [name=csrf]")?.value;
}

/** What the server says is wrong, or its status. */
export async function complaint(answer) {
  const { error } = await answer.json().catch(() => ({}));
  return error?.message ?? (typeof error === "string" ? error : `HTTP ${answer.status}`);
}
