// Labs that recompute while the reader turns a knob. Without this file the same form asks the server.

const modules = {};
const own = document.getElementById("lab-modules");
const serverless = own?.dataset.failed; // what to say when a lab does not run, where pages are files

// Each lab has a module of its own; figures of one lab share it.
const loading = new Map();
async function load({ js, wasm }) {
  const sim = await import(js);
  await sim.default({ module_or_path: wasm });
  return sim;
}
function simulator(lab) {
  if (!loading.has(lab)) {
    const sim = load(modules[lab]);
    sim.catch(() => loading.delete(lab)); // the next run tries again
    loading.set(lab, sim);
  }
  return loading.get(lab);
}

/** Brings the labs in `root` to life; `more` are their modules. A preview's labs leave the address alone. */
export function wake(root, more, { addressed = false } = {}) {
  // Addresses are meant from the page; modules and workers lie elsewhere.
  const at = (address) => new URL(address, document.baseURI).href;
  for (const [id, { js, wasm }] of Object.entries(more)) modules[id] = { js: at(js), wasm: at(wasm) };
  const figures = [root, ...root.querySelectorAll("figure.lab")].filter((it) => it.matches?.("figure.lab"));
  return figures.filter((it) => it.querySelector("form.lab-form")).map((it) => lab(it, addressed));
}

// The server makes the name of a scene its values; where there is none, the links to the scenes have them.
function scene() {
  const url = new URL(location.href);
  const name = url.searchParams.get("preset");
  const link = [...document.querySelectorAll(".scenes a[data-preset]")].find((it) => it.dataset.preset === name);
  if (!link) return;
  const values = new URLSearchParams(link.search);
  url.searchParams.delete("preset");
  url.searchParams.forEach((value, key) => values.set(key, value));
  url.search = values;
  history.replaceState(null, "", url);
}

if (own) {
  scene();
  const labs = wake(document, JSON.parse(own.dataset.modules), { addressed: true });
  // Back and forward move through the states of the labs as through pages.
  addEventListener("popstate", () => labs.forEach((it) => it.restore()));
  labs.forEach((it) => it.restore());
}

// The parts of a result; two of one name are told apart by their order.
function named(parts) {
  const found = new Map();
  for (const part of parts) {
    let name = part.dataset.part ?? "";
    while (found.has(name)) name += "+";
    found.set(name, part);
  }
  return found;
}

function lab(figure, addressed) {
  const form = figure.querySelector("form.lab-form");
  const result = figure.querySelector(".lab-result");
  const status = figure.querySelector("[role=status]:not(.outcome)");
  const links = [...figure.querySelectorAll(".lab-link")];
  const other = figure.querySelector(".lab-compare section:nth-of-type(2) .lab-link");
  const alone = result.hasAttribute("data-full");
  const scenes = alone ? [...document.querySelectorAll(".scenes a[data-preset]")] : [];
  const inputs = [...form.elements].filter((input) => input.name);
  const sliders = new Map();
  const shown = new Map([...named(result.children)].map(([name, part]) => [name, part.outerHTML]));
  // As the page was made: a browser may have filled in what stood there before a reload.
  const written = (input) => (input.options ? [...input.options].find((it) => it.defaultSelected) ?? input.options[0] : input);
  const authored = new URLSearchParams(inputs.map((input) => [input.name, written(input).defaultValue ?? written(input).value]));
  let asked = authored.toString(); // what the result is of, or will be
  const burst = { input: null, until: 0 }; // changes of one field without a pause are one entry in the history
  const longest = Number(form.dataset.longest); // a query that an address has room for
  let failed = false;
  let frame = 0;
  let speaking = 0;
  let typing = 0;
  let lines = null;
  let long = null; // of a lab that has long runs, from the first one on
  let measured = () => ""; // what the reader's machine measured, in a lab that lets it

  for (const slider of form.querySelectorAll("input.slider")) {
    const number = document.getElementById(slider.dataset.for);
    sliders.set(number, slider);
    slider.addEventListener("input", () => { number.value = slider.value; });
    number.addEventListener("input", () => { slider.value = number.value; });
    slider.hidden = false;
  }
  // Whoever writes is not answered at every letter.
  form.addEventListener("input", ({ target }) => {
    clearTimeout(typing);
    if (target.matches("textarea")) typing = setTimeout(heard, 150, target);
    else heard(target);
  });
  form.addEventListener("change", ({ target }) => { if (!target.matches("textarea")) heard(target); });
  form.addEventListener("submit", (event) => {
    if (failed && !serverless) return; // the form's own way
    event.preventDefault();
    run();
  });
  const reset = form.querySelector("button.reset");
  reset?.addEventListener("click", () => {
    set((input) => authored.get(input.name));
    run();
    keep(reset);
  });
  const script = form.elements.script;
  if (script?.matches("textarea")) {
    import("./editor.js").then(({ editor }) => { lines = editor(script, figure, result); }, console.warn);
  }
  if (figure.querySelector(".lab-measure")) {
    const module = modules[figure.dataset.lab];
    const parts = { module, draw: run, say, failed: console.warn };
    import("./measure.js").then(({ measuring }) => { measured = measuring(figure, parts); }, console.warn);
  }
  new IntersectionObserver((seen, observer) => {
    if (!seen.some((it) => it.isIntersecting)) return;
    observer.disconnect();
    // The server left the run to the page.
    if (result.hasAttribute("data-waiting")) return run();
    // One run that nobody sees, so that the first one somebody sees is quick.
    const { lab: id } = figure.dataset;
    const warm = (sim) => { if (!sim.is_long?.(id, state().toString())) sim.render(id, state().toString(), "en", "warm", "figure"); };
    simulator(id).then((sim) => setTimeout(warm, 50, sim), () => {});
  }, { rootMargin: "600px 0px" }).observe(figure);

  // Nobody sees the rows of a folded list, and there may be a thousand.
  const detail = () => (!alone ? "figure" : result.querySelector(".packets[open]") ? "full" : "folded");
  result.addEventListener("toggle", ({ target }) => {
    if (target.matches(".packets") && target.open && !target.querySelector("td")) run();
  }, true);

  function heard(input) {
    run();
    keep(input);
  }

  function state() {
    return new URLSearchParams(inputs.map((input) => [input.name, input.value]));
  }

  const changed = () => inputs.some((input) => input.value !== authored.get(input.name));

  // A lab alone is its whole query; in an article only what a reader changed is kept, under the figure's name.
  function keep(input) {
    if (reset) reset.hidden = !changed();
    if (!addressed) return;
    const url = new URL(location.href);
    const now = state();
    if (alone) {
      url.search = now;
    } else {
      for (const [name, value] of now) {
        const key = `${figure.id}.${name}`;
        if (value === authored.get(name)) url.searchParams.delete(key);
        else url.searchParams.set(key, value);
      }
      url.hash = figure.id;
    }
    if (url.href === location.href || url.search.length > longest) return;
    const goesOn = burst.input === input && performance.now() < burst.until;
    burst.input = input;
    burst.until = performance.now() + 1000;
    try {
      history[goesOn ? "replaceState" : "pushState"](null, "", url);
    } catch { /* a browser may find them too many: the lab runs all the same */ }
  }

  function set(value) {
    for (const input of inputs) {
      const wanted = value(input);
      if (wanted === input.value) continue;
      if (input.matches("select") && ![...input.options].some((option) => option.value === wanted)) {
        input.add(new Option(wanted, wanted), 0);
      }
      input.value = wanted;
      lines?.mark();
      if (sliders.has(input)) sliders.get(input).value = wanted;
    }
  }

  function restore() {
    const params = new URL(location.href).searchParams;
    const given = (input) => params.get(alone ? input.name : `${figure.id}.${input.name}`);
    // A form writes the ends of lines in a way of its own.
    set((input) => given(input)?.replaceAll("\r\n", "\n") ?? authored.get(input.name));
    if (reset) reset.hidden = !changed();
    if (state().toString() === asked) return;
    if (serverless) result.classList.add("stale"); // the page was made for other values
    run();
    // Whoever follows a link to a changed lab shall see what was changed.
    if (!alone && changed()) {
      figure.querySelectorAll("details.reveal, details.lab-controls").forEach((details) => { details.open = true; });
    }
  }

  // At most one run for each picture that the screen shows.
  function run() {
    asked = state().toString();
    cancelAnimationFrame(frame);
    frame = requestAnimationFrame(async () => {
      try {
        const { lab: id, lang } = figure.dataset;
        const sim = await simulator(id);
        const query = state().toString();
        if (sim.is_long?.(id, query)) return await runLong(id, query, lang);
        long?.cancel();
        const points = measured();
        const rendered = JSON.parse(points
          ? sim.render_measured(id, query, lang, figure.id, detail(), points)
          : sim.render(id, query, lang, figure.id, detail()));
        show(rendered);
        if (other && rendered.query) compared(JSON.parse(sim.compare(id, rendered.query, other.search.slice(1), lang)));
      } catch (error) {
        fail(error);
      }
    });
  }

  // The module cannot be loaded here: the form's own way still works, unless it led here.
  function fail(error) {
    console.warn(error);
    failed = true;
    result.classList.add("stale");
    if (serverless) return sorry();
    if (result.hasAttribute("data-waiting")) return;
    if (alone && document.activeElement?.tagName !== "TEXTAREA") HTMLFormElement.prototype.submit.call(form);
  }

  function sorry() {
    if (figure.querySelector(".lab-failed")) return;
    const box = document.createElement("div");
    const words = document.createElement("p");
    box.className = "lab-errors lab-failed";
    box.setAttribute("role", "alert");
    words.textContent = serverless;
    box.append(words);
    result.before(box);
  }

  async function runLong(lab, query, lang) {
    const { longRuns } = await import("./long.js");
    if (state().toString() !== query) return; // a newer run is on its way
    long ??= longRuns(figure, {
      say,
      failed: fail,
      ended(rendered, differences) {
        show(rendered);
        if (differences) compared(differences);
      },
      stopped() { if (!form.contains(document.activeElement)) form.querySelector("[type=submit]").focus(); },
    });
    const compare = other && other.search.slice(1);
    long.start({ module: modules[lab], lab, query, lang, prefix: figure.id, detail: alone ? "full" : "figure", other: compare });
  }

  function show({ query, html, announce, notes, errors, served }) {
    const remarks = new Map([...notes, ...errors]);
    const wrong = new Set(errors.map(([name]) => name));
    for (const field of form.querySelectorAll("[data-field]")) {
      const name = field.dataset.field;
      field.classList.toggle("wrong", wrong.has(name));
      field.classList.toggle("unused", remarks.has(name) && !wrong.has(name));
      field.querySelector(".note").textContent = remarks.get(name) ?? "";
      const input = field.querySelector("[name]");
      if (wrong.has(name)) input.setAttribute("aria-invalid", "true");
      else input.removeAttribute("aria-invalid");
    }
    result.classList.toggle("stale", wrong.size > 0);
    say(wrong.size > 0 ? errors.map(([, message]) => message).join("; ") : announce);
    if (wrong.size > 0) return;
    result.removeAttribute("data-waiting");
    figure.querySelector(".lab-failed")?.remove();
    exchange(html);
    lines?.mark();
    for (const link of links) {
      if (link === other) continue;
      link.search = query + (link.dataset.rest ?? "");
      link.hidden = query.length > longest || Boolean(link.dataset.rest && !served);
    }
    const now = new URLSearchParams(query).toString();
    for (const link of scenes) {
      if (new URLSearchParams(link.search).toString() === now) link.setAttribute("aria-current", "true");
      else link.removeAttribute("aria-current");
    }
  }

  // Only the parts that differ are exchanged; what the reader opened stays open, what was scrolled stays scrolled.
  function exchange(html) {
    const fresh = document.createElement("template");
    fresh.innerHTML = html;
    const parts = named(fresh.content.children);
    const there = named(result.children);
    for (const [name, old] of there) {
      if (parts.has(name)) continue;
      shown.delete(name);
      old.remove();
    }
    let before = null; // where the next one has its place
    for (const [name, part] of parts) {
      const markup = part.outerHTML;
      const old = there.get(name);
      // What is not where it was has changed its place: two hosts, say, of which the other one comes first now.
      if (old && old.previousElementSibling !== before) before ? before.after(old) : result.prepend(old);
      if (old && shown.get(name) === markup) {
        before = old;
        continue;
      }
      shown.set(name, markup);
      part.querySelectorAll("button.copy").forEach((button) => { button.hidden = !navigator.clipboard; });
      if (old) {
        if (old.matches("details")) part.open = old.open;
        const { scrollLeft, scrollTop } = old;
        old.replaceWith(part);
        part.scrollTo(scrollLeft, scrollTop);
      } else if (before) before.after(part);
      else result.prepend(part);
      before = part;
    }
  }

  function compared({ first, second, html }) {
    const heads = figure.querySelectorAll(".lab-compare > section > h4");
    [first, second].forEach((values, n) => { heads[n].textContent = values; });
    figure.querySelector(".difference").outerHTML = html;
  }

  function say(sentence) {
    clearTimeout(speaking);
    speaking = setTimeout(() => { status.textContent = sentence; }, 500);
  }

  return { restore };
}
