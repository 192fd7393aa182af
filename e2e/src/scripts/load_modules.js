// Loads the modules of labs that are served under /modules.
const [labs] = arguments;
return (async () => {
  window.modules = {};
  for (const lab of labs) {
    window.modules[lab] = await import(`/modules/${lab}.js`);
    await window.modules[lab].default({ module_or_path: `/modules/${lab}_bg.wasm` });
  }
  return null;
})();
