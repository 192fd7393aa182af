// Sets the field with the name arguments[0] to arguments[1]. Returns what is wrong, or null.
const [name, value] = arguments;
const fields = [...document.getElementsByName(name)];
const field = fields.find((field) => field.type !== "radio" || field.value === value);
if (!field) return "there is no such field";
if (field.type === "radio") {
  field.checked = true;
} else {
  field.value = value;
  if (field.value !== value) return `it became ${field.value}`;
}
field.dispatchEvent(new Event("input", { bubbles: true }));
field.dispatchEvent(new Event("change", { bubbles: true }));
return null;
