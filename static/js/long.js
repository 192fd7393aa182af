// The page's side of runs that take long: they are made in a worker, with their progress shown and a button that stops.

const PATIENCE = 150; // milliseconds before anything is said of a run

export function longRuns(figure, { ended, failed, stopped, say }) {
  const row = figure.querySelector(".lab-progress");
  const [label, bar, at, stop] = row.children;
  const result = figure.querySelector(".lab-result");
  let worker = null;
  let n = 0; // of the newest run
  let running = false;
  let waiting = 0;
  let passed = { done: 0, total: 0 };

  function words(text) {
    const seconds = (us) => (us / 1e6).toFixed(1);
    return text.replace("{done}", seconds(passed.done)).replace("{total}", seconds(passed.total));
  }

  function answer({ data }) {
    if (data.n !== n || !running) return;
    if (data.total) {
      passed = data;
      bar.value = data.done / data.total;
      at.textContent = words(row.dataset.at);
      return;
    }
    hide();
    if (data.error) failed(data.error);
    else ended(data.rendered, data.compared);
  }

  function start(order) {
    worker ??= listen(new Worker(new URL("./worker.js", import.meta.url), { type: "module" }));
    n += 1;
    running = true;
    worker.postMessage({ n, ...order });
    clearTimeout(waiting);
    waiting = setTimeout(show, row.hidden || row.classList.contains("stopped") ? PATIENCE : 0);
  }

  function listen(fresh) {
    fresh.addEventListener("message", answer);
    fresh.addEventListener("error", (event) => { hide(); failed(event.message); });
    return fresh;
  }

  function show() {
    if (row.hidden || row.classList.contains("stopped")) say(label.textContent);
    row.classList.remove("stopped");
    row.hidden = false;
    result.classList.add("stale");
  }

  function hide() {
    clearTimeout(waiting);
    running = false;
    row.hidden = true;
    row.classList.remove("stopped");
    bar.removeAttribute("value");
    at.textContent = "";
  }

  // What is asked for now is no long run: the one on its way is of no use.
  function cancel() {
    if (running) worker.postMessage({ n: ++n });
    hide();
  }

  stop.addEventListener("click", () => {
    worker.postMessage({ n: ++n });
    running = false;
    row.classList.add("stopped");
    at.textContent = words(result.hasAttribute("data-waiting") ? row.dataset.nothing : row.dataset.stopped);
    say(at.textContent);
    stopped();
  });

  return { start, cancel };
}
