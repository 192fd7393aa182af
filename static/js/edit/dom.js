// Elements and the words of the interface. The words come with the page, in its language.

const words = JSON.parse(document.getElementById("edit-words").textContent);

/** The text called `key`; `{name}` in it stands for `values.name`. */
export function word(key, values = {}) {
  return (words[key] ?? key).replace(/\{(\w+)\}/g, (all, name) => values[name] ?? all);
}

/** An element with properties, attributes and listeners (`onclick`). */
export function element(tag, given = {}, ...children) {
  const it = document.createElement(tag);
  for (const [name, value] of Object.entries(given)) {
    if (name.startsWith("on")) it.addEventListener(name.slice(2), value);
    else if (name in it) it[name] = value;
    else it.setAttribute(name, value);
  }
  it.append(...children);
  return it;
}

/** A button; what it does is not told the event. */
export function button(label, act, given = {}) {
  return element("button", { type: "button", textContent: label, onclick: () => act(), ...given });
}

/** A dialog over the page, closed by Escape too; it is gone from the page when it closes, and the focus is back. */
export function dialog(title, kind, ...content) {
  const before = document.activeElement;
  const it = element("dialog", { className: `edit-dialog ${kind}`, ariaLabel: title });
  const close = button("×", () => it.close(), { className: "close", ariaLabel: word("close") });
  it.append(element("header", {}, element("h2", { textContent: title }), close), ...content);
  it.addEventListener("close", () => { it.remove(); before?.focus?.(); });
  document.body.append(it);
  it.showModal();
  return it;
}
