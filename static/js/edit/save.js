// Saving. It ends with the page saved, or with a sentence on the page that says that it is not; the text stays.

import { askSignedIn, complaint } from "./http.js";
import { button, element, word } from "./dom.js";

/**
 * Sends the form. `text()` is the exact text; `locked(on)` is told while it is on its way; `conflict(told)` and
 * `wrong(diagnostics)`, which gives a sentence, are the answers that somebody has to decide on; `saved(told)` is the end.
 */
export function saving(form, { text, locked, tell, saved, conflict, wrong }) {
  let busy = false;
  let banner = null;

  /** `how` is what the button is called that the server knows: `force` saves a text with mistakes. */
  async function save(how = "save") {
    if (busy) return;
    busy = true;
    banner?.remove();
    locked(true);
    tell(word("saving"));
    const done = await send(how).catch((error) => {
      console.warn(error);
      block(word("no_answer"));
    });
    busy = false;
    if (!done) locked(false);
  }

  async function send(how) {
    // Sent as it is: what a form sends has all ends of lines changed.
    const { base, message } = form.elements;
    const body = new URLSearchParams({ base: base.value, message: message.value, text: text(), do: how });
    const answer = await askSignedIn(form.action, { method: "POST", body });
    switch (answer.status) {
      case 200:
        saved(await answer.json());
        return true;
      case 401: tell(word("not_signed_in"), "wrong"); break;
      case 409: conflict(await answer.json()); break;
      case 422: {
        const { diagnostics, error } = await answer.json();
        if (diagnostics?.length > 0) block(wrong(diagnostics), "force");
        else block(error?.message ?? "");
        break;
      }
      default: block(await complaint(answer));
    }
    return false;
  }

  /** Stands in the way until the text is saved or somebody puts it aside. */
  function block(why, how = "save") {
    tell(word("not_saved"), "wrong");
    const forced = how === "force";
    const retry = button(word(forced ? "save_anyway" : "retry"), () => save(how), { className: forced ? "" : "first" });
    banner = element("div", { className: "edit-banner wrong", role: "alert" },
      element("p", {}, element("strong", { textContent: word("not_saved") }), ` ${why}`),
      element("p", { textContent: word("kept") }),
      element("p", { className: "actions" }, retry, button(word("go_on"), () => banner.remove())));
    form.before(banner);
    banner.scrollIntoView({ block: "nearest" });
    if (!forced) retry.focus(); // nobody shall force by a key that was meant for the text
  }

  return save;
}
