// From here on, remembers what had the focus when a key was pressed, and whether that could be seen. Not when the focus
// comes: from the last control it comes to the first by way of the browser, and for a moment the page is not in front.
window.observed.focused = [];
window.observed.lookAtFocus = () => {
  const target = document.activeElement;
  if (!target || target === document.body) return;
  const style = getComputedStyle(target);
  const visible = (style.outlineStyle !== "none" && parseFloat(style.outlineWidth) > 0) || style.boxShadow !== "none";
  window.observed.focused.push({ target, visible });
};
document.addEventListener("keydown", window.observed.lookAtFocus, true);
document.activeElement?.blur();
scrollTo(0, 0);
