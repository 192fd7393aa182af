// Two people changed the same lines: theirs and yours side by side, and what shall stand there. Nothing is left out
// before somebody has chosen.

import { button, element, word } from "./dom.js";
import { exact, plain } from "./text.js";

/** Shows the pieces in `place`; the merged text, or nothing when whoever writes goes back to the own text. */
export function merge(place, pieces) {
  const parts = pieces.map(part);
  const open = parts.filter((it) => it.chosen);
  const left = element("p", { className: "meta", role: "status" });
  const save = button(word("merge_save"), () => done(parts.map((it) => it.text()).join("")), { className: "first" });
  const title = element("h2", { textContent: word("merge_title"), tabIndex: -1 });
  let done;

  function count() {
    const rest = open.filter((it) => !it.chosen()).length;
    left.textContent = rest > 0 ? word("merge_left", { n: rest }) : word("merge_none_left");
    save.disabled = rest > 0;
  }

  const view = element("section", { className: "merge", ariaLabel: word("merge_title") },
    title, element("p", { textContent: word("merge_why") }), ...parts.map((it) => it.shown),
    element("footer", {}, left, save, button(word("merge_back"), () => done(null))));
  view.addEventListener("chosen", count);
  place.after(view);
  place.hidden = true;
  count();
  title.focus();

  return new Promise((resolve) => {
    done = (text) => {
      view.remove();
      place.hidden = false;
      resolve(text);
    };
  });
}

function part(piece) {
  if ("same" in piece) return { shown: unchanged(piece.same), text: () => piece.same };
  if ("by" in piece) return { shown: side(word(`merge_by_${piece.by}`), piece.text, "settled"), text: () => piece.text };
  return conflict(piece);
}

const lines = (text) => element("pre", { textContent: plain(text).replace(/\n$/, "") || word("merge_nothing") });

function side(label, text, kind) {
  return element("div", { className: `side ${kind}` }, element("p", { className: "label", textContent: label }), lines(text));
}

function unchanged(text) {
  const count = plain(text).replace(/\n$/, "").split("\n").length;
  if (count < 4) return element("div", { className: "rows-same" }, lines(text));
  const summary = element("summary", { textContent: word("merge_same", { n: count }) });
  return element("details", { className: "rows-same" }, summary, lines(text));
}

function conflict({ base, theirs, yours }) {
  const both = yours + (yours === "" || /[\r\n]$/.test(yours) ? "" : "\n") + theirs;
  const result = element("textarea", { rows: 3, spellcheck: true, ariaLabel: word("merge_result") });
  const label = element("label", { hidden: true }, word("merge_result"), result);
  let from = null; // the text that was taken, exactly

  function take(text) {
    from = text;
    label.hidden = false;
    result.value = plain(text);
    result.rows = Math.min(Math.max(result.value.split("\n").length, 2), 20);
    shown.classList.add("chosen");
    buttons.forEach(([it, value]) => it.setAttribute("aria-pressed", value === text));
    shown.dispatchEvent(new Event("chosen", { bubbles: true }));
  }

  const choice = (name, text) => [button(word(name), () => take(text), { ariaPressed: "false" }), text];
  const buttons = [choice("take_mine", yours), choice("take_theirs", theirs), choice("take_both", both)];
  const shown = element("div", { className: "conflict", role: "group", ariaLabel: word("merge_conflict") },
    element("div", { className: "sides" },
      side(word("merge_yours"), yours, "yours"), side(word("merge_theirs"), theirs, "theirs")),
    element("details", {}, element("summary", { textContent: word("merge_base") }), lines(base)),
    element("p", { className: "actions" }, ...buttons.map(([it]) => it)), label);
  return { shown, chosen: () => from !== null, text: () => exact(from, plain(result.value)) };
}
