// Choosing a lab, a scene of it and its values: a dialog that writes the block.

import { blockAt, blockText, values } from "./lab-block.js";
import { button, dialog, element, word } from "./dom.js";
import { ask } from "./http.js";
import { block } from "./marks.js";

/** Opens the dialog for the block under the caret, or for a new one. */
export async function pickLab(view, { labs: address, labForm, lang }, tell) {
  let labs;
  try {
    ({ labs } = await (await ask(address)).json());
  } catch {
    return tell(word("no_answer"), "wrong");
  }
  const { doc, selection } = view.state;
  const old = blockAt(doc, doc.lineAt(selection.main.head).number);
  const given = old ? values(old.body) : new Map();
  const known = labs.some(({ id }) => id === old?.lab);
  let asked = 0;

  const lab = select(labs.map((it) => [it.id, it.title[lang]]), known ? old.lab : labs[0]?.id);
  const preset = element("select");
  const summary = element("p", { className: "meta" });
  const fields = element("div", { className: "fields", ariaBusy: "true" });
  const insert = button(word(old ? "lab_update" : "lab_insert"), write, { className: "first" });
  const box = dialog(
    word(old ? "lab_update_title" : "lab_title"),
    "lab-picker",
    element("p", { className: "choices" },
      element("label", {}, word("lab"), lab), element("label", {}, word("preset"), preset)),
    summary,
    fields,
    element("footer", {}, insert, button(word("cancel"), () => box.close())),
  );
  lab.addEventListener("change", () => choose());
  preset.addEventListener("change", () => fill(new Map()));
  fields.addEventListener("submit", (event) => { event.preventDefault(); write(); });
  const chosen = () => labs.find(({ id }) => id === lab.value);
  /** What a parameter is when the block says nothing: the scene's value, or the lab's. */
  function authored(name) {
    const scene = chosen().presets.find(({ id }) => id === preset.value);
    return scene?.values[name] ?? chosen().params.find((param) => param.name === name)?.default;
  }

  function choose(own = new Map()) {
    const scenes = chosen().presets.map(({ id, title }) => [id, title[lang]]);
    preset.replaceChildren(...options([["", word("no_preset")], ...scenes]));
    preset.value = own.get("preset") ?? (own.size > 0 || scenes.length === 0 ? "" : scenes[0][0]);
    fill(own);
  }

  async function fill(own) {
    const scene = chosen().presets.find(({ id }) => id === preset.value);
    summary.textContent = (scene ?? chosen()).summary[lang];
    const now = chosen().params.map(({ name }) => [name, own.get(name) ?? authored(name)]);
    const turn = asked += 1;
    fields.ariaBusy = "true";
    try {
      const answer = await ask(`${labForm}/${lab.value}?${new URLSearchParams(now)}`);
      const { html } = await answer.json();
      if (turn !== asked) return;
      fields.innerHTML = html; // the server's own form
      fields.querySelectorAll(".lab-actions, button").forEach((it) => it.remove());
      fields.ariaBusy = "false";
    } catch {
      if (turn === asked) fields.replaceChildren(element("p", { className: "problem", textContent: word("no_answer") }));
    }
  }

  function write() {
    const form = fields.querySelector("form");
    if (fields.ariaBusy === "true" || (form && !form.reportValidity())) return;
    const inputs = form ? [...form.elements].filter((input) => input.name) : [];
    const differing = inputs.map(({ name, value }) => [name, value]).filter(([name, value]) => value !== authored(name));
    const params = chosen().params.map(({ name }) => name);
    const text = blockText(lab.value, preset.value, new Map(differing), old ? { ...old, params } : {});
    box.close();
    block(view, text, old);
  }

  choose(known ? given : new Map());
  lab.focus();
}

const options = (pairs) => pairs.map(([value, label]) => new Option(label, value));

function select(pairs, value) {
  const it = element("select");
  it.append(...options(pairs));
  it.value = value;
  return it;
}
