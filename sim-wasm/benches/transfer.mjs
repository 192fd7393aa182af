// The runs that transfer.rs has measured natively, in WebAssembly: segments a second of both, and the ratio.
//
//     node transfer.mjs CRITERION MODULES      the folder that Criterion wrote, the folder of the modules that pages load

import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";

const LAB = "tcp-buffer";
// Steps that are taken at once.
const STEPS = 1_000_000;
// The first run is not counted: the engine compiles meanwhile.
const RUNS = 10;

const [criterion, modules] = process.argv.slice(2);

// As a data: address, since Node takes a file named .js for a script.
const bindings = readFileSync(join(modules, `${LAB}.js`)).toString("base64");
const lab = await import(`data:text/javascript;base64,${bindings}`);
lab.initSync({ module: readFileSync(join(modules, `${LAB}_bg.wasm`)) });

// On the processor, as transfer.rs measures it.
function nanoseconds(query) {
  const before = process.cpuUsage();
  const run = lab.Run.start(LAB, query, "en");
  while (!run.advance(STEPS)) {}
  run.render("x", "figure");
  const { user, system } = process.cpuUsage(before);
  return (user + system) * 1000;
}

function median(numbers) {
  return numbers.sort((a, b) => a - b)[numbers.length >> 1];
}

const json = (...path) => JSON.parse(readFileSync(join(...path), "utf8"));
const millions = (segments, nanoseconds) => ((segments / nanoseconds) * 1000).toFixed(2).padStart(8);

console.log("    segments   M/s native     wasm    ratio");
for (const folder of readdirSync(join(criterion, LAB)).filter((name) => name !== "report")) {
  const newest = join(criterion, LAB, folder, "new");
  const { value_str: query, throughput } = json(newest, "benchmark.json");
  const segments = throughput.Elements;
  const native = json(newest, "estimates.json").median.point_estimate;
  const wasm = median(Array.from({ length: RUNS }, () => nanoseconds(query)).slice(1));
  const ratio = (native / wasm).toFixed(2).padStart(8);
  console.log(`${String(segments).padStart(12)}     ${millions(segments, native)} ${millions(segments, wasm)} ${ratio}  ${query}`);
}
