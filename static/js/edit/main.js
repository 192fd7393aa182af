// The edit page. Without this file it is a form that works; with it the same form is an editor.

import { button, element, word } from "./dom.js";
import { codeEditor, go, lock, mark, replaceText } from "./code.js";
import { drafts, offer } from "./draft.js";
import { exact, plain } from "./text.js";
import { follow } from "./follow.js";
import { alignTable, insertTable } from "./table.js";
import { around, link } from "./marks.js";
import { keyName, showShortcuts } from "./shortcuts.js";
import { merge } from "./merge.js";
import { pages } from "./complete.js";
import { pickLab } from "./lab-picker.js";
import { preview } from "./preview.js";
import { saving } from "./save.js";
import { uploads } from "./upload.js";

const form = document.getElementById("edit-form");
const area = document.getElementById("edit-text");
const state = document.getElementById("edit-state");
const place = document.getElementById("edit-preview");
const page = form.parentElement;
const { dataset } = form;
const { base } = form.elements;

const published = area.defaultValue; // `value` has lost its carriage returns
let original = published; // whose ends of lines are kept
let leaving = false;

const text = () => exact(original, view.state.doc.toString());
const dirty = () => text() !== published;

function tell(sentence, kind = "") {
  state.className = kind;
  state.textContent = sentence;
}

// The text

const draft = drafts(form.action, dataset.draft, tell);
const files = uploads(dataset.upload, tell);
const view = codeEditor(area, plain(published), {
  lang: dataset.lang,
  tell,
  complete: [pages(dataset.pages)],
  extensions: files.extension,
  changed(now) {
    area.value = now;
    const kept = text();
    if (kept === published) draft.forget();
    else draft.keep(kept, base.value);
    shown.later();
  },
});
const shown = preview(place, { address: dataset.preview, text, found: (list) => mark(view, list) });
follow(view, place);
addEventListener("beforeunload", (event) => { if (dirty() && !leaving) event.preventDefault(); });

// Saving

const save = saving(form, {
  text,
  tell,
  locked: (on) => lock(view, on),
  saved({ address }) {
    leaving = true;
    tell(word("saved"));
    draft.forget().finally(() => location.assign(address));
  },
  wrong(found) {
    mark(view, found);
    const first = found.find(({ severity }) => severity === "error") ?? found[0];
    const line = first.line ?? 1;
    go(view, line);
    return word("wrong", { ...first, line });
  },
  async conflict({ revision, pieces }) {
    tell(word("conflict"), "wrong");
    const hidden = place.hidden;
    place.hidden = true;
    page.classList.remove("with-preview");
    const merged = await merge(form, pieces);
    show(!hidden);
    if (merged === null) return tell(word("not_saved"), "wrong");
    base.value = revision;
    original = merged;
    replaceText(view, plain(merged));
    draft.keep(merged, revision);
    save();
  },
});
form.addEventListener("submit", (event) => {
  event.preventDefault();
  if (event.submitter?.value === "preview") show(place.hidden);
  else save(event.submitter?.value);
});

// The preview

const wide = matchMedia("(min-width: 1000px)");
const toggle = form.querySelector("button[value=preview]");

function show(on) {
  place.hidden = !on;
  page.classList.toggle("with-preview", on);
  toggle.setAttribute("aria-pressed", on);
  view.requestMeasure();
  if (on) shown.now();
}

// The bar

const file = element("input", {
  type: "file", accept: "image/*", multiple: true, hidden: true,
  onchange: () => files.insert(view, [...file.files]).then(() => { file.value = ""; }),
});
const lab = () => pickLab(view, dataset, tell);
const inTable = (run) => () => { if (!run(view)) tell(word("no_table")); };
const actions = [
  ["bold", () => around("**")(view)], ["italic", () => around("*")(view)], ["link", () => link(view)],
  ["picture", () => file.click()], ["table", () => insertTable(view)], ["align", inTable(alignTable)],
  ["lab", lab], ["shortcuts", showShortcuts],
];
const keyed = new Set(["bold", "italic", "link", "lab", "shortcuts"]);
const tools = actions.map(([name, act]) => (
  button(word(name), act, { className: name, title: keyed.has(name) ? `${word(name)} (${keyName(name)})` : word(name) })));
view.dom.before(element("div", { className: "edit-tools", role: "group", ariaLabel: word("tools") }, ...tools, file));

// Keys that hold everywhere on the page
document.addEventListener("keydown", (event) => {
  const { key, ctrlKey, metaKey, shiftKey, altKey, isComposing } = event;
  if (!(ctrlKey || metaKey) || altKey || isComposing || document.querySelector("dialog[open]")) return;
  const act = {
    s: () => save(), enter: () => show(place.hidden), "/": showShortcuts, ...(shiftKey && { l: lab, s: undefined }),
  }[key.toLowerCase()];
  if (!act || form.hidden) return;
  event.preventDefault();
  event.stopPropagation();
  act();
}, true);

// A draft that was left. The page's own text stays until somebody says otherwise.

async function open() {
  lock(view, true);
  const left = await draft.find();
  const from = left?.base ?? ""; // no revision: a page that was not there yet
  if (left && left.text !== published) {
    if (await offer(form, left, from !== base.value)) {
      original = left.text;
      base.value = from;
      replaceText(view, plain(left.text));
      draft.keep(left.text, from);
      tell(word("draft_restored"));
    } else await draft.forget();
  } else if (left) draft.forget();
  lock(view, false);
  if (wide.matches) view.focus();
}

show(wide.matches);
open();
