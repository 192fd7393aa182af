// What a page can do beyond its markup: theme, copying code, contents that follow, large pictures, bets.

const root = document.documentElement;
const inChinese = root.lang.startsWith("zh");
const each = (selector, act) => document.querySelectorAll(selector).forEach(act);

// Theme. A choice equal to the system's is not kept, so that the page follows the system again.
const dark = matchMedia("(prefers-color-scheme: dark)");
each("button.theme", (button) => {
  const system = () => (dark.matches ? "dark" : "light");
  const show = () => button.setAttribute("aria-pressed", (root.dataset.theme ?? system()) === "dark");
  button.addEventListener("click", () => {
    const wanted = (root.dataset.theme ?? system()) === "dark" ? "light" : "dark";
    if (wanted === system()) delete root.dataset.theme;
    else root.dataset.theme = wanted;
    try {
      if (wanted === system()) localStorage.removeItem("theme");
      else localStorage.setItem("theme", wanted);
    } catch { /* the choice lasts as long as the page */ }
    show();
  });
  dark.addEventListener("change", show);
  show();
  button.hidden = false;
});

// Language. Whoever switches is met in that language at the front door from then on, and finds the labs as they left them.
each("a.lang-switch", (link) => {
  const translated = !link.title; // else it leads home, and says so
  for (const kind of ["pointerdown", "click"]) {
    link.addEventListener(kind, () => { if (translated) link.search = location.search; });
  }
  link.addEventListener("click", () => {
    const lang = link.hreflang.startsWith("zh") ? "zh" : "en";
    // Where pages are files, no server reads cookies, and the path is not ours alone.
    if (!root.dataset.root) document.cookie = `lang=${lang}; path=/; max-age=31536000; samesite=lax`;
    else try { localStorage.setItem("lang", lang); } catch { /* the front page asks the browser again */ }
  });
});

// Copying. A console gives its commands: no prompts, no output. Heard at the document, since labs make new buttons.
if (navigator.clipboard) {
  document.addEventListener("click", async ({ target }) => {
    const button = target.closest?.("button.copy");
    if (!button) return;
    const code = button.closest("figure").querySelector("code");
    const commands = [...code.querySelectorAll(".cmd")].map((command) => command.textContent.trimEnd());
    await navigator.clipboard.writeText(commands.join("\n") || code.textContent.trimEnd());
    const label = button.textContent;
    if (label === "✓") return;
    button.textContent = "✓";
    setTimeout(() => { button.textContent = label; }, 1500);
  });
  each("button.copy", (button) => { button.hidden = false; });
}

// Contents: open beside the text, and the section under the reader's eye is marked.
each(".toc details", (toc) => {
  const beside = matchMedia("(min-width: 70rem)");
  const place = () => { toc.open = beside.matches; };
  beside.addEventListener("change", place);
  place();

  const links = new Map([...toc.querySelectorAll("a")].map((a) => [decodeURIComponent(a.hash.slice(1)), a]));
  const heads = [...links.keys()].map((id) => document.getElementById(id)).filter(Boolean);
  const mark = () => {
    const current = heads.findLast((head) => head.getBoundingClientRect().top < innerHeight * 0.3);
    for (const [id, link] of links) {
      if (id === current?.id) {
        link.setAttribute("aria-current", "location");
        toc.scrollTop = link.offsetTop - toc.clientHeight / 2;
      } else link.removeAttribute("aria-current");
    }
  };
  const eye = new IntersectionObserver(mark, { rootMargin: "999999px 0px -70% 0px" }); // everything that has been passed
  heads.forEach((head) => eye.observe(head));
});

// Pictures open large. Any click and Escape close.
each("figure.picture a", (link) => {
  link.addEventListener("click", (event) => {
    if (event.metaKey || event.ctrlKey || event.shiftKey) return;
    event.preventDefault();
    const dialog = document.createElement("dialog");
    dialog.className = "large";
    const image = new Image();
    image.src = link.href;
    image.alt = link.querySelector("img").alt;
    const close = document.createElement("button");
    close.textContent = "×";
    close.setAttribute("aria-label", inChinese ? "关闭" : "Close");
    const caption = document.createElement("p");
    caption.textContent = link.closest("figure").querySelector("figcaption")?.textContent ?? "";
    dialog.append(image, caption, close);
    dialog.addEventListener("click", () => dialog.close());
    dialog.addEventListener("close", () => { dialog.remove(); link.focus(); });
    document.body.append(dialog);
    dialog.showModal();
  });
});

const outcomes = inChinese ? { right: "对", wrong: "不对" } : { right: "right", wrong: "not so" };

// A bet: the first choice counts, is marked in words, and opens the reveal. Nothing is stored. Arrow keys only walk
// through the choices, which checks them on the way; Space, Enter and opening the reveal place the bet.
each("fieldset.bet", (bet) => {
  const inputs = [...bet.querySelectorAll("input")];
  const scope = bet.closest("figure") ?? bet.parentElement;
  const reveal = [...scope.querySelectorAll("details.reveal")]
    .find((d) => bet.compareDocumentPosition(d) & Node.DOCUMENT_POSITION_FOLLOWING);
  const say = (input, outcome) => {
    const label = input.closest("label");
    label.classList.add(outcome);
    const word = document.createElement("span");
    word.className = "outcome";
    word.setAttribute("role", "status");
    word.textContent = outcomes[outcome];
    label.append(word);
  };
  let walking = false;
  let placed = false;
  const place = () => {
    const chosen = inputs.find((input) => input.checked);
    if (!chosen || placed) return;
    placed = true;
    inputs.forEach((input) => { input.disabled = input !== chosen; });
    const answer = inputs.find((input) => input.value === bet.dataset.answer);
    if (answer) say(answer, "right");
    if (answer !== chosen) say(chosen, "wrong");
    if (reveal) reveal.open = true;
  };
  bet.addEventListener("pointerdown", () => { walking = false; });
  bet.addEventListener("keydown", ({ key }) => {
    walking = key.startsWith("Arrow");
    if (key === " " || key === "Enter") place();
  });
  bet.addEventListener("change", () => { if (!walking) place(); });
  reveal?.addEventListener("toggle", () => { if (reveal.open) place(); });
});

// Search, when it is asked for. In a field `/` is a letter, and in the editor Ctrl+K makes a link.
each("a.search-link", (link) => {
  const open = () => import("./search.js").then((search) => search.open()).catch(() => { location.href = link.href; });
  link.addEventListener("click", (event) => {
    if (event.metaKey || event.ctrlKey || event.shiftKey) return;
    event.preventDefault();
    open();
  });
  document.addEventListener("keydown", (event) => {
    const { key, altKey, shiftKey, target } = event;
    const ctrl = event.ctrlKey || event.metaKey;
    const slash = key === "/" && !ctrl && !altKey && !target.closest?.("input, textarea, select, [contenteditable]");
    const ctrlK = key.toLowerCase() === "k" && ctrl && !altKey && !shiftKey && !target.closest?.("textarea, [contenteditable]");
    if (event.defaultPrevented || !(slash || ctrlK)) return;
    event.preventDefault();
    open();
  });
});
if (document.querySelector(".search-page")) import("./search.js");

// On paper links say where they lead: to other sites in short, to a lab with all its values.
addEventListener("beforeprint", () => {
  each(".prose a[href^=http]", (link) => {
    const { hostname, pathname, hash, search } = new URL(link.href);
    const host = hostname.replace(/^www\./, "");
    const whole = `${host}${pathname.replace(/\/$/, "")}`;
    const short = whole.length > 60 ? `${whole.slice(0, 59)}…` : `${whole}${search || hash ? "…" : ""}`;
    link.dataset.print = link.textContent.includes(host) ? "" : short;
  });
  each("a.lab-link", (link) => { link.dataset.print = link.href; });
  if (location.search) each(".address", (address) => { [address.textContent] = location.href.split("#"); });
  const labs = new Set();
  each("figure.lab .scope", (scope) => {
    const { lab } = scope.closest("figure").dataset;
    if (labs.has(lab)) scope.dataset.again = "";
    labs.add(lab);
  });
});
