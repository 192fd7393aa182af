// Runs before any script of a page: remembers what a test asks for later.
window.observed = { shift: 0, shifted: [], violations: [], focused: [] };
new PerformanceObserver((list) => {
  for (const { value, hadRecentInput, startTime, sources } of list.getEntries()) {
    if (hadRecentInput) continue;
    window.observed.shift += value;
    for (const { node, previousRect: from, currentRect: to } of sources) {
      const name = node?.outerHTML?.slice(0, 80) ?? node?.nodeName;
      const rect = ({ x, y, width, height }) => [x, y, width, height].map(Math.round).join(" ");
      window.observed.shifted.push(`after ${Math.round(startTime)} ms, ${rect(from)} became ${rect(to)}: ${name}`);
    }
  }
}).observe({ type: "layout-shift", buffered: true });
addEventListener("securitypolicyviolation", (event) => {
  window.observed.violations.push(`${event.violatedDirective}: ${event.blockedURI || event.sourceFile}`);
});
