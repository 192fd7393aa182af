// The reader's side of the reading cache: what is kept, and the buttons that change it. The words are the page's.

import { keepAll } from "./all.js";
import { choose, chosen, enable, keepThis, kept, list, remove } from "./store.js";

/** Opens the panel of the page that a link leads to in a dialog. */
export async function open(link) {
  const answer = await fetch(link.href);
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const panel = document.importNode(page.getElementById("offline"), true);
  panel.hidden = false;
  panel.querySelector("h2").classList.remove("sr-only");
  const dialog = document.createElement("dialog");
  dialog.className = "offline";
  dialog.setAttribute("aria-labelledby", panel.querySelector("h2").id);
  const close = document.createElement("button");
  close.type = "button";
  close.textContent = JSON.parse(panel.dataset.words).close;
  close.addEventListener("click", () => dialog.close());
  dialog.append(panel, close);
  dialog.addEventListener("close", () => { dialog.remove(); link.focus(); });
  document.body.append(dialog);
  dialog.showModal();
  await wake(panel);
}

/** Brings a panel to life; `changed` is called when something else is kept. */
export async function wake(panel, changed = () => {}) {
  const words = JSON.parse(panel.dataset.words);
  const { lang } = panel.dataset;
  const part = (what) => panel.querySelector(`[data-part=${what}]`);
  const buttons = Object.fromEntries([...panel.querySelectorAll("button[data-do]")].map((it) => [it.dataset.do, it]));
  const [progress, status] = [part("progress"), part("status")];
  const fill = (text, values) => text.replace(/\{(\w+)\}/g, (_, what) => values[what]);
  const number = new Intl.NumberFormat(panel.lang || document.documentElement.lang);

  const there = await list();
  const size = there && there.bytes + there.languages[lang].pages.reduce((sum, [, bytes]) => sum + bytes, 0);
  if (there) {
    const megabytes = new Intl.NumberFormat(number.resolvedOptions().locale, { maximumFractionDigits: 1 });
    const values = { pages: number.format(there.languages[lang].pages.length), size: megabytes.format(size / 1e6) };
    buttons.all.textContent = fill(words.all, values);
  }

  async function show() {
    const choice = chosen();
    const pages = choice ? (await kept()).length : 0;
    const state = { "": words.none, opened: words.keeps_opened }[choice] ?? words.keeps_all;
    part("state").textContent = fill(state, { pages: number.format(pages) });
    buttons.opened.hidden = choice === "opened";
    buttons.all.hidden = !there;
    buttons.remove.hidden = !choice;
    part("unreachable").hidden = Boolean(there);
    buttons.opened.disabled = !there;
    changed();
  }

  let stop = false;
  const busy = (is) => {
    for (const button of [buttons.opened, buttons.all]) button.disabled = is;
    panel.setAttribute("aria-busy", is);
    if (!is) progress.hidden = true;
  };
  async function act(work) {
    busy(true);
    status.textContent = "";
    try {
      status.textContent = await work();
    } catch (error) {
      status.textContent = error.name === "QuotaExceededError" ? words.full : words.failed;
      if (!chosen()) await remove();
    }
    busy(false);
    await show();
  }

  buttons.opened.addEventListener("click", () => act(async () => {
    await enable();
    choose("opened");
    await keepThis();
    return words.begun;
  }));
  buttons.all.addEventListener("click", () => act(async () => {
    stop = false;
    await enable();
    choose(lang);
    await keepThis();
    progress.hidden = false;
    buttons.remove.hidden = false;
    const failed = await keepAll(there, lang, (done, of) => {
      progress.max = of;
      progress.value = done;
      // Heard by screen readers: not each page.
      if (done % Math.ceil(of / 10) === 0) status.textContent = fill(words.doing, { done: number.format(done), of: number.format(of) });
    }, () => stop);
    if (stop) return words.removed;
    return failed ? fill(words.some_failed, { failed: number.format(failed) }) : words.done;
  }));
  buttons.remove.addEventListener("click", async () => {
    stop = true;
    status.textContent = "";
    await remove();
    status.textContent = words.removed;
    await show();
  });
  await show();
}

/** On the page about what is kept: its panel, the list, and what was asked for. */
export async function page(panel) {
  const section = document.getElementById("kept");
  const fill = async () => {
    const pages = (await kept()).filter((it) => it.lang === document.documentElement.lang);
    pages.sort((a, b) => a.title.localeCompare(b.title, document.documentElement.lang));
    section.hidden = !pages.length;
    section.querySelector("ul").replaceChildren(...pages.map(({ url, title }) => {
      const [item, link] = [document.createElement("li"), document.createElement("a")];
      link.href = url;
      link.textContent = title;
      item.append(link);
      return item;
    }));
  };
  await wake(panel, fill);
}
