// Results while one types: a dialog over any page, and the search page of an exported site. A served site is asked; an
// exported one carries the index with it and searches here, with the server's own code as WebAssembly.

const inChinese = document.documentElement.lang.startsWith("zh");
const lang = inChinese ? "zh" : "en";
const words = inChinese
  ? {
    title: "搜索", label: "搜索所有页面", placeholder: "词语、计数器、参数",
    hint: "试试 tw_recycle、\"重复 ACK\"、tag:NAT", keys: "↑ ↓ 选择 · Enter 打开 · Esc 关闭",
    loading: "正在载入索引……", failed: "搜索没有响应，请重试。",
    results: (n) => `${n} 条结果`, all: (n) => `全部 ${n} 条结果`,
    nothing: (q) => `没有找到“${q}”`, elsewhere: (n) => `英文页面有 ${n} 条结果`,
    corrected: (q, c) => `没有找到“${q}”，以下是“${c}”的结果。`,
    partial: "没有页面包含全部词语，以下页面包含得最多。",
    advice: ["少用几个词：页面要包含每一个词。", "只写名字的一部分：tw_recycle 能找到 net.ipv4.tcp_tw_recycle。"],
  }
  : {
    title: "Search", label: "Search all pages", placeholder: "Words, counters, settings",
    hint: "Try tw_recycle, \"accept queue\" or tag:NAT", keys: "↑ ↓ choose · Enter open · Esc close",
    loading: "Loading the index …", failed: "The search does not answer. Try again.",
    results: (n) => (n === 1 ? "1 result" : `${n} results`), all: (n) => `All ${n} results`,
    nothing: (q) => `Nothing found for “${q}”`,
    elsewhere: (n) => (n === 1 ? "1 result in Chinese" : `${n} results in Chinese`),
    corrected: (q, c) => `Nothing found for “${q}”. These are the results for “${c}”.`,
    partial: "No page has all of it; these have the most.",
    advice: ["Try fewer words: all of them must be on the page.",
      "Try a part of a name: tw_recycle finds net.ipv4.tcp_tw_recycle."],
  };

const LIMIT = 12; // results in the dialog
const PAGE = 100; // results on the page of an exported site

/** The link to the search page; an exported site says on it where module and index are. */
const link = document.querySelector("a.search-link");
const exported = link?.dataset.index ? link.dataset : null;
const root = document.documentElement.dataset.root; // of an exported site, which may lie below a folder

/** The element `tag` with properties and children. */
const make = (tag, properties = {}, ...children) => {
  const element = Object.assign(document.createElement(tag), properties);
  element.append(...children);
  return element;
};

/** The dialog's styles, which no page needs before. */
const styled = new Promise((done) => {
  const href = new URL("../css/search.css", import.meta.url).href;
  if ([...document.styleSheets].some((sheet) => sheet.href === href)) done();
  else document.head.append(make("link", { rel: "stylesheet", href, onload: done, onerror: done }));
});

/** The index in this page, loaded when it is first needed. */
let finder;
const load = async () => {
  const [{ default: start, Finder }, index] = await Promise.all([import(new URL(exported.js, document.baseURI).href), fetch(exported.index)]);
  if (!index.ok) throw new Error(`${index.status} ${exported.index}`);
  const unpacked = index.body.pipeThrough(new DecompressionStream("gzip"));
  const [pages] = await Promise.all([new Response(unpacked).text(), start({ module_or_path: exported.wasm })]);
  return new Finder(pages);
};

/** What is found, for one language; of an exported site, only the language of the page is at hand. */
const find = async (query, of, { typing, limit, signal }) => {
  if (exported) {
    if (of !== lang) return undefined;
    finder ??= load().catch((error) => { finder = undefined; throw error; });
    const found = JSON.parse((await finder).find(query, of, typing, 0, limit));
    signal?.throwIfAborted();
    return found;
  }
  const asked = new URLSearchParams({ q: query, lang: of, limit });
  if (typing) asked.set("typing", "1");
  const answer = await fetch(`/api/v1/search?${asked}`, { signal });
  if (!answer.ok) throw new Error(`${answer.status} ${answer.url}`);
  return answer.json();
};

const parts = (of) => of.map(({ text, hit }) => (hit ? make("mark", {}, text) : text));

/** Where a result leads. The index of an exported site has addresses from its own root. */
const target = (hit) => {
  const anchor = hit.anchor ? `#${encodeURIComponent(hit.anchor)}` : "";
  if (!exported) return hit.address + anchor;
  const home = new URL(root, location.href);
  return new URL(hit.address.slice(1).replace(/\/?$/, "/"), home).href + anchor;
};

const shown = (hit) => [
  make("span", { className: "result-title" }, ...parts(hit.title)),
  ...(hit.heading.length ? [" ", make("span", { className: "result-heading" }, ...parts(hit.heading))] : []),
];

const searchPage = (query, of = lang) => {
  const page = new URL(link.href, location.href);
  if (of !== lang) page.pathname = page.pathname.replace(new RegExp(`/${lang}/search(/?)$`), `/${of}/search$1`);
  page.search = new URLSearchParams({ q: query });
  return page.href;
};

/** What a reader has to know of the results. */
const note = (query, found) => {
  if (found.corrected) return words.corrected(query, found.corrected);
  return found.partial ? words.partial : "";
};

// The dialog.

let dialog;
let field;
let list;
let status;
let foot;
let pending;
let chosen = -1;

const options = () => [...list.querySelectorAll("[role=option]")];

const choose = (at) => {
  const all = options();
  chosen = all.length ? (at + all.length) % all.length : -1;
  all.forEach((option, n) => option.setAttribute("aria-selected", n === chosen));
  if (chosen < 0) field.removeAttribute("aria-activedescendant");
  else {
    field.setAttribute("aria-activedescendant", all[chosen].id);
    all[chosen].scrollIntoView({ block: "nearest" });
  }
};

const option = (hit, n) => {
  const snippet = make("span", { className: "result-text" }, ...parts(hit.snippet));
  const item = make("a", { id: `search-option-${n}`, className: "result", href: target(hit), tabIndex: -1 }, ...shown(hit), snippet);
  item.setAttribute("role", "option");
  item.addEventListener("pointermove", () => { if (chosen !== n) choose(n); });
  return item;
};

const show = (query, found, elsewhere) => {
  list.replaceChildren(...found.hits.map(option));
  field.setAttribute("aria-expanded", found.hits.length > 0);
  const said = found.total ? words.results(found.total) : words.nothing(query);
  status.textContent = [said, note(query, found)].filter(Boolean).join(" · ");
  const links = [];
  if (found.total > found.hits.length) links.push(make("a", { href: searchPage(query) }, words.all(found.total)));
  if (elsewhere?.total) {
    const other = inChinese ? "en" : "zh";
    links.push(make("a", { href: searchPage(query, other), lang: inChinese ? "en" : "zh-Hans" }, words.elsewhere(elsewhere.total)));
  }
  const advice = found.total ? [] : words.advice.map((text) => make("p", {}, text));
  foot.replaceChildren(...advice, ...links, make("span", { className: "keys" }, words.keys));
  choose(found.hits.length ? 0 : -1);
};

const look = async () => {
  pending?.abort();
  const query = field.value.trim();
  if (!query) {
    list.replaceChildren();
    status.textContent = words.hint;
    foot.replaceChildren(make("span", { className: "keys" }, words.keys));
    field.setAttribute("aria-expanded", false);
    choose(-1);
    return;
  }
  const { signal } = (pending = new AbortController());
  if (exported && !finder) status.textContent = words.loading;
  try {
    const found = await find(field.value, lang, { typing: true, limit: LIMIT, signal });
    const elsewhere = await find(field.value, inChinese ? "en" : "zh", { typing: true, limit: 0, signal });
    signal.throwIfAborted();
    show(query, found, elsewhere);
  } catch (error) {
    if (!signal.aborted) status.textContent = words.failed;
  }
};

const build = () => {
  field = make("input", { type: "search", placeholder: words.placeholder, autocomplete: "off", spellcheck: false, maxLength: 160 });
  for (const [name, value] of Object.entries({
    role: "combobox", "aria-label": words.label, "aria-controls": "search-options", "aria-autocomplete": "list",
    "aria-expanded": "false",
  })) field.setAttribute(name, value);
  list = make("div", { id: "search-options", className: "results" });
  list.setAttribute("role", "listbox");
  list.setAttribute("aria-label", words.title);
  status = make("p", { className: "meta" }, words.hint);
  status.setAttribute("role", "status");
  foot = make("div", { className: "search-foot" }, make("span", { className: "keys" }, words.keys));
  dialog = make("dialog", { className: "search-dialog" }, make("form", { method: "dialog" }, field), status, list, foot);
  dialog.setAttribute("aria-label", words.title);
  document.body.append(dialog);

  let timer;
  field.addEventListener("input", (event) => {
    if (event.isComposing) return;
    clearTimeout(timer);
    timer = setTimeout(look, 60); // between two letters of a fast writer
  });
  field.addEventListener("compositionend", look);
  field.addEventListener("keydown", (event) => {
    if (event.isComposing) return;
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      choose(chosen + (event.key === "ArrowDown" ? 1 : -1));
    } else if (event.key === "Escape") {
      // Browsers would empty the field first.
      event.preventDefault();
      dialog.close();
    } else if (event.key === "Enter") {
      event.preventDefault();
      const to = options()[chosen];
      if (to) to.click();
      else if (field.value.trim()) location.assign(searchPage(field.value.trim()));
    }
  });
  // A click beside it, and on a result of this very page.
  dialog.addEventListener("click", ({ target: on }) => { if (on === dialog || on.closest("a")) dialog.close(); });
};

/** Opens the dialog. */
export const open = async () => {
  if (!dialog) {
    await styled;
    build();
  }
  if (dialog.open) return;
  dialog.showModal();
  field.select();
  if (exported) look();
};

// The search page of an exported site: what the server would have written.

const page = document.querySelector(".search-page");
if (page && exported) {
  const input = document.querySelector(".search-form input");
  const query = new URLSearchParams(location.search).get("q")?.trim() ?? "";
  if (query) {
    input.value = query;
    document.title = `${words.title}${inChinese ? "：" : ": "}${query} · Casebook`;
    page.replaceChildren(make("p", { className: "meta" }, words.loading));
    find(query, lang, { typing: false, limit: PAGE }).then((found) => {
      const count = make("p", { className: "meta" }, found.total ? words.results(found.total) : words.nothing(query));
      count.setAttribute("role", "status");
      const remark = note(query, found);
      const items = found.hits.map((hit) =>
        make("li", {}, make("a", { href: target(hit) }, ...shown(hit)), make("p", {}, ...parts(hit.snippet))));
      const body = items.length
        ? make("ol", { className: "results" }, ...items)
        : make("ul", { className: "advice" }, ...words.advice.map((text) => make("li", {}, text)));
      page.replaceChildren(count, ...(remark ? [make("p", {}, remark)] : []), body);
    }, () => page.replaceChildren(make("p", { className: "meta" }, words.failed)));
  }
}
