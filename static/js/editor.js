// The script of a lab as an editor: line numbers, marks and packets beside the text, in the same rows. The text itself
// stays a textarea. What stands in the rows is copied from the result, which says the same to those who do not see it.

const WORDS = {
  en: ["Tab key types a tab", "Escape, then Tab, leaves the text."],
  zh: ["Tab 键输入制表符", "先按 Esc 再按 Tab，可离开文本框。"],
};

export function editor(text, figure, result) {
  const box = document.createElement("div");
  const rows = document.createElement("div");
  box.className = "editor";
  rows.className = "rows";
  rows.ariaHidden = "true";
  text.before(box);
  box.append(rows, text);
  figure.classList.add("live");

  const lineOf = (at) => text.value.slice(0, at).split("\n").length;
  const row = (n) => rows.children[n - 1];

  // As many rows as lines, and a text that is never scrolled up or down.
  function grow() {
    const count = text.value.split("\n").length;
    while (rows.children.length > count) rows.lastChild.remove();
    while (rows.children.length < count) {
      const fresh = document.createElement("div");
      fresh.dataset.line = rows.children.length + 1;
      rows.append(fresh);
    }
    text.rows = Math.max(count, 8);
  }

  function mark() {
    grow();
    box.querySelector(".ends")?.remove();
    const ends = result.querySelector(".script .ends");
    if (ends) box.prepend(ends.cloneNode(true));
    for (const it of rows.children) {
      const line = result.querySelector(`.script li[data-line="${it.dataset.line}"]`);
      it.className = line?.className ?? "";
      const parts = line ? [line.querySelector(".mark"), line.querySelector(".rung")] : [];
      it.replaceChildren(...parts.filter(Boolean).map((part) => part.cloneNode(true)));
    }
    follow();
  }

  // The line with the caret, in the rows and in the result.
  function follow() {
    const n = document.activeElement === text ? lineOf(text.selectionStart) : 0;
    for (const old of figure.querySelectorAll(".current")) old.classList.remove("current");
    for (const it of figure.querySelectorAll(`[data-line="${n}"]`)) it.classList.add("current");
  }

  function go(n) {
    const at = text.value.split("\n").slice(0, n - 1).join("\n").length + (n > 1);
    text.focus({ preventScroll: true });
    text.setSelectionRange(at, at);
    row(n)?.scrollIntoView({ block: "nearest" });
    follow();
  }

  document.addEventListener("selectionchange", () => { if (document.activeElement === text) follow(); });
  text.addEventListener("blur", follow);
  text.addEventListener("input", grow);
  rows.addEventListener("click", ({ target }) => {
    const it = target.closest("[data-line]");
    if (it) go(+it.dataset.line);
  });
  result.addEventListener("click", (event) => {
    const link = event.target.closest("a.to-line");
    if (!link) return;
    event.preventDefault();
    go(+link.hash.replace(/.*-l/, ""));
  });

  // Tab leads on to the next control, unless the reader wants tabs; Escape before it always leads on.
  const [label, hint] = WORDS[figure.dataset.lang] ?? WORDS.en;
  const tabs = document.createElement("button");
  let leaving = false;
  tabs.type = "button";
  tabs.className = "tabs";
  tabs.ariaPressed = "false";
  tabs.textContent = label;
  tabs.title = hint;
  tabs.addEventListener("click", () => {
    tabs.ariaPressed = tabs.ariaPressed === "true" ? "false" : "true";
    text.focus();
  });
  text.addEventListener("keydown", (event) => {
    if (event.key === "Tab" && tabs.ariaPressed === "true" && !leaving && !event.shiftKey) {
      event.preventDefault();
      document.execCommand("insertText", false, "\t"); // can be undone, unlike a new value
    }
    leaving = event.key === "Escape";
  });
  box.after(tabs);
  mark();
  return { mark };
}
