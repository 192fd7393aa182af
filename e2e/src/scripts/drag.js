// Drags the field with the name arguments[0] over the values arguments[1], one for each picture.
const [name, values] = arguments;
const field = document.getElementsByName(name)[0];
return (async () => {
  for (const value of values) {
    field.value = value;
    field.dispatchEvent(new Event("input", { bubbles: true }));
    await new Promise(requestAnimationFrame);
  }
  field.dispatchEvent(new Event("change", { bubbles: true }));
  return null;
})();
