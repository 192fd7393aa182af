// The value of the field with the name arguments[0]; of a radio group, the chosen one.
const fields = [...document.getElementsByName(arguments[0])];
const field = fields.find((field) => field.type !== "radio" || field.checked);
if (!field) throw new Error(`no field called ${arguments[0]}`);
return field.value;
