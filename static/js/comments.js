// Comments beside the paragraphs of a page: how many there are, and a button at the paragraph under the pointer. The page is
// the same for everybody; what this reader may see of its comments is asked for once, when there is nothing else to do.
// What a paragraph is, server/src/wiki/paragraphs.rs says, too; the two change together.

const link = document.querySelector("a.comments-link");
const prose = document.querySelector("main .prose");
const inChinese = document.documentElement.lang.startsWith("zh");
const WORDS = inChinese
  ? { add: "评论这一段", open: (n) => `这一段有 ${n} 条评论`, close: "关闭" }
  : { add: "Comment on this paragraph", open: (n) => `${n} comments on this paragraph`, close: "Close" };

const QUOTE = 120;
const TEXTS = "p:not(.callout-title), h2, h3, h4, h5, h6, pre, div.math";
const ITEMS = "li, dt, dd";
const WHOLE = "figure, table";
const ASIDE = ".anchor, .footnote-ref, .footnote-back, .comment-mark, .comment-add";

function isBlock(it) {
  const around = it.parentElement;
  return !around.closest(WHOLE) && !(it.matches(TEXTS) && around.closest(ITEMS));
}

function textOf(block) {
  if (block.matches("table")) return [...block.querySelectorAll("th, td")].map((cell) => cell.textContent).join(" ");
  if (block.matches("figure")) {
    const part = block.querySelector(block.matches(".code") ? ":scope > pre" : ":scope > figcaption");
    return part?.textContent ?? block.querySelector("img")?.alt ?? "";
  }
  const walker = document.createTreeWalker(block, NodeFilter.SHOW_TEXT);
  let text = "";
  while (walker.nextNode()) {
    const around = walker.currentNode.parentElement;
    const isInner = block.matches(ITEMS) && around.closest(`${ITEMS}, ${WHOLE}`) !== block;
    if (!isInner && !around.closest(ASIDE)) text += walker.currentNode.data;
  }
  return text;
}

const quoteOf = (block) => [...textOf(block).replace(/\s+/g, " ").trim()].slice(0, QUOTE).join("");

// Every block with how it begins, and how many before it begin the same.
let known;
function blocks() {
  if (known) return known;
  const counts = new Map();
  known = new Map();
  for (const it of prose.querySelectorAll(`${TEXTS}, ${ITEMS}, ${WHOLE}`)) {
    const quote = isBlock(it) ? quoteOf(it) : "";
    if (!quote) continue;
    const nth = counts.get(quote) ?? 0;
    counts.set(quote, nth + 1);
    known.set(it, { quote, nth });
  }
  return known;
}

// Where a mark stands: a table lies in a box of its own.
function put(mark, block) {
  const host = block.closest("div.table") ?? block;
  host.classList.add("commented");
  host.append(mark);
}

function addressOf({ quote, nth }) {
  return `${link.pathname}?${new URLSearchParams({ quote, nth })}#focus`;
}

// What the comments' own page has on a paragraph, in place. Whatever goes wrong, that page itself is the answer.
async function open(event) {
  if (event.metaKey || event.ctrlKey || event.shiftKey) return;
  event.preventDefault();
  const { href } = event.currentTarget;
  try {
    const answer = await fetch(href, { headers: { accept: "text/html" } });
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const focus = page.querySelector("#focus");
    if (!answer.ok || answer.redirected || !focus) throw new Error("no such paragraph");
    show(document.adoptNode(focus));
  } catch {
    location.href = href;
  }
}

function show(focus) {
  const dialog = document.createElement("dialog");
  dialog.className = "comments-dialog";
  const heading = focus.querySelector("h2");
  heading.id = "comments-dialog-title";
  dialog.setAttribute("aria-labelledby", heading.id);
  const close = document.createElement("button");
  close.type = "button";
  close.className = "close";
  close.textContent = "×";
  close.setAttribute("aria-label", WORDS.close);
  close.addEventListener("click", () => dialog.close());
  for (const form of focus.querySelectorAll("form")) {
    const back = document.createElement("input");
    back.type = "hidden";
    back.name = "back";
    back.value = "page";
    form.append(back);
    // The paragraph to come back to.
    const on = focus.querySelector("input[name=on]");
    if (on && !form.contains(on)) form.append(on.cloneNode());
  }
  dialog.append(close, focus);
  dialog.addEventListener("close", () => dialog.remove());
  document.body.append(dialog);
  dialog.showModal();
  dialog.querySelector("textarea")?.focus();
}

function mark(found) {
  const marks = new Map(found.map((it) => [`${it.nth} ${it.quote}`, it.open]));
  for (const [block, place] of blocks()) {
    const count = marks.get(`${place.nth} ${place.quote}`);
    if (!count) continue;
    const it = document.createElement("a");
    it.className = "comment-mark";
    it.href = addressOf(place);
    it.rel = "nofollow";
    it.textContent = count;
    it.setAttribute("aria-label", WORDS.open(count));
    it.addEventListener("click", open);
    put(it, block);
  }
}

// One button for all paragraphs. By keyboard, it comes after the links of a paragraph; the comments' own page lists all of
// them.
function offer() {
  const add = document.createElement("a");
  add.className = "comment-add";
  add.rel = "nofollow";
  add.textContent = "+";
  add.title = WORDS.add;
  add.setAttribute("aria-label", WORDS.add);
  add.addEventListener("click", open);
  const move = ({ target }) => {
    if (target.closest?.(".comment-add")) return;
    let block = target.closest?.(`${TEXTS}, ${ITEMS}, ${WHOLE}`);
    while (block && prose.contains(block) && !blocks().has(block)) {
      block = block.parentElement.closest(`${TEXTS}, ${ITEMS}, ${WHOLE}`);
    }
    if (!block || !prose.contains(block) || add.block === block) return;
    add.block = block;
    if ((block.closest("div.table") ?? block).querySelector(":scope > .comment-mark")) {
      add.remove();
      return;
    }
    add.href = addressOf(blocks().get(block));
    put(add, block);
  };
  prose.addEventListener("pointerover", move);
  prose.addEventListener("focusin", move);
}

async function start() {
  const answer = await fetch(link.href, { headers: { accept: "application/json" } });
  if (!answer.ok) return;
  const { count, may_comment: mayComment, blocks: found } = await answer.json();
  if (count) link.append(` (${count})`);
  if (!prose) return;
  if (found.length) mark(found);
  if (mayComment) offer();
}

const idle = globalThis.requestIdleCallback ?? ((act) => setTimeout(act, 500));
if (link) idle(() => start().catch(() => { /* the link leads to them all the same */ }));
