// The reader's own machine, measured beside the page and drawn over the model.

export function measuring(figure, { module, draw, say, failed }) {
  const row = figure.querySelector(".lab-measure");
  const [button, bar, at] = row.children;
  let worker = null;
  let points = [];

  function done() {
    worker?.terminate();
    worker = null;
    bar.hidden = true;
    button.textContent = row.dataset.start;
  }

  function answer({ data }) {
    if (data.error) {
      done();
      return failed(data.error);
    }
    points = data.points;
    bar.value = data.share;
    draw();
    if (!data.over) return;
    done();
    at.textContent = row.dataset.done;
    say(at.textContent);
  }

  button.addEventListener("click", () => {
    if (worker) return done();
    points = [];
    at.textContent = "";
    worker = new Worker(new URL("./measure-worker.js", import.meta.url), { type: "module" });
    worker.addEventListener("message", answer);
    worker.addEventListener("error", (event) => answer({ data: { error: event.message } }));
    bar.hidden = false;
    bar.value = 0;
    button.textContent = row.dataset.stop;
    worker.postMessage({ module });
  });
  row.hidden = false;

  // `bytes:hundredths of a nanosecond`, as the module takes them.
  return () => points.map(([bytes, time]) => `${bytes}:${time}`).join(",");
}
