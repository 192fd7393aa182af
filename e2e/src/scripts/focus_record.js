// From here on, remembers what gets the focus and whether that can be seen.
window.observed.focused = [];
document.addEventListener("focusin", ({ target }) => {
  const visible = (element) => {
    const style = getComputedStyle(element);
    return (style.outlineStyle !== "none" && parseFloat(style.outlineWidth) > 0) || style.boxShadow !== "none";
  };
  window.observed.focused.push({ target, visible: visible(target) });
});
document.activeElement?.blur();
scrollTo(0, 0);
