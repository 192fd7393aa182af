// Runs before any script of a page: remembers what a test asks for later.
window.observed = { shift: 0, violations: [], focused: [] };
new PerformanceObserver((list) => {
  for (const entry of list.getEntries()) {
    if (!entry.hadRecentInput) window.observed.shift += entry.value;
  }
}).observe({ type: "layout-shift", buffered: true });
addEventListener("securitypolicyviolation", (event) => {
  window.observed.violations.push(`${event.violatedDirective}: ${event.blockedURI || event.sourceFile}`);
});
