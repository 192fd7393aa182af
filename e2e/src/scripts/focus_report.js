// Which controls the keyboard did not reach, and which do not show that they have the focus.
window.observed.lookAtFocus();
const seen = window.observed.focused;
const name = (element) => element.outerHTML.slice(0, 120);
const reached = new Set(seen.map(({ target }) => target));
const controls = [...document.querySelectorAll("a[href], button, input:not([type=hidden]), select, textarea, summary, [tabindex='0']")];
const wanted = controls.filter((element) => {
  if (element.disabled || element.tabIndex < 0 || !element.checkVisibility({ visibilityProperty: true })) return false;
  // Of a radio group, one is on the way; arrows reach the others.
  if (element.type === "radio") return !controls.some((other) => other.name === element.name && reached.has(other));
  return true;
});
return [
  ...wanted.filter((element) => !reached.has(element)).map((element) => `the keyboard does not reach ${name(element)}`),
  ...new Set(seen.filter(({ visible }) => !visible).map(({ target }) => `the focus cannot be seen on ${name(target)}`)),
];
