// Walks chains of cache lines of growing size, and tells the time of an access.

const SMALLEST = 12; // powers of two, in bytes
const LARGEST = 26;
const ENOUGH = 20; // milliseconds of a walk: clocks of browsers are coarse
const TRIES = 3; // of which the fastest counts: nobody else was in its way

function access(chain, lines) {
  chain.walk(lines); // everything is where it can be
  let steps = 1 << 14;
  let best = Infinity;
  for (let tries = 0; tries < TRIES;) {
    const before = performance.now();
    chain.walk(steps);
    const took = performance.now() - before;
    if (took < ENOUGH) steps *= 2;
    else {
      best = Math.min(best, took / steps);
      tries += 1;
    }
  }
  return best;
}

onmessage = async ({ data: { module: { js, wasm } } }) => {
  try {
    const sim = await import(js);
    await sim.default({ module_or_path: wasm });
    const sizes = [];
    for (let power = SMALLEST; power <= LARGEST; power += 1) sizes.push(2 ** power, 3 * 2 ** (power - 1));
    sizes.pop();
    const points = [];
    for (const bytes of sizes) {
      const chain = new sim.Chain(bytes);
      points.push([bytes, Math.round(access(chain, bytes / 64) * 1e8)]);
      chain.free();
      postMessage({ points, share: points.length / sizes.length, over: points.length === sizes.length });
    }
  } catch (error) {
    postMessage({ error: String(error) });
  }
};
