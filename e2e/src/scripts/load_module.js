// Loads the module that is served under /module.
return (async () => {
  window.module = await import("/module/sim_wasm.js");
  await window.module.default({ module_or_path: "/module/sim_wasm_bg.wasm" });
  return null;
})();
