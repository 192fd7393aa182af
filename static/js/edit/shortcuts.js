// The keys of the editor, as a list.

import { dialog, element, word } from "./dom.js";

const command = /Mac|iPhone|iPad/.test(navigator.platform) ? "⌘" : "Ctrl";
const KEYS = [
  ["save", "S"], ["toggle_preview", "Enter"], ["bold", "B"], ["italic", "I"], ["link", "K"], ["lab", "Shift L"],
  ["find", "F"], ["undo", "Z"], ["shortcuts", "/"],
];

/** How a key with Ctrl (⌘ on a Mac) is called. */
export const keyName = (action) => [command, ...KEYS.find(([name]) => name === action)[1].split(" ")].join("+");

/** Opens the list. */
export function showShortcuts() {
  const row = (label, keys) => [
    element("dt", {}, ...keys.map((key) => element("kbd", { textContent: key }))),
    element("dd", { textContent: label }),
  ];
  const rows = KEYS.flatMap(([name, keys]) => row(word(name), [command, ...keys.split(" ")]));
  const more = [
    row(word("complete_links"), ["[["]), row(word("next_cell"), ["Tab"]), row(word("leave"), ["Esc", "Tab"]),
  ].flat();
  dialog(word("shortcuts"), "shortcuts", element("dl", {}, ...rows, ...more));
}
