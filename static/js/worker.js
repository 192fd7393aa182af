// Runs of labs that take long, beside the page: piece by piece, so that a newer order is heard in between.

const PIECE = 50; // milliseconds that nothing is heard for, about

let simulator;
let newest = 0;

async function load({ js, wasm }) {
  const sim = await import(js);
  await sim.default({ module_or_path: wasm });
  return sim;
}

onmessage = async ({ data: { n, module, lab, query, lang, prefix, detail, other } }) => {
  newest = n;
  if (!lab) return; // only to end the one before
  try {
    simulator ??= load(module);
    const sim = await simulator;
    const run = sim.Run.start(lab, query, lang);
    let steps = 10_000;
    for (let over = false; !over;) {
      if (n !== newest) return run.free();
      const before = performance.now();
      over = run.advance(steps);
      const took = Math.max(performance.now() - before, 1);
      steps = Math.round(Math.min(Math.max(steps * PIECE / took, 1000), 1e9));
      postMessage({ n, done: run.done, total: run.total });
      await new Promise((heard) => setTimeout(heard));
    }
    if (n !== newest) return run.free();
    const rendered = JSON.parse(run.render(prefix, detail));
    postMessage({ n, rendered, compared: other && JSON.parse(sim.compare(lab, query, other, lang)) });
  } catch (error) {
    postMessage({ n, error: String(error) });
  }
};
