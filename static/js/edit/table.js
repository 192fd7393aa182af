// Tables in Markdown: a new one, one whose columns stand below each other, the way from cell to cell.

import { block } from "./marks.js";
import { word } from "./dom.js";

const DELIMITER = /^\s*\|?\s*:?-+:?\s*(\|\s*:?-+:?\s*)*\|?\s*$/;
const NARROW = /\p{M}|\u200b|\u200d|\ufe0f/gu;
const WIDE = /[\u1100-\u115f\u2e80-\u303e\u3041-\ua4cf\ua960-\ua97c\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6\u{1f300}-\u{1faff}\u{20000}-\u{3fffd}]/gu;

/** Columns of a terminal that a text takes: Han characters take two. */
export function width(text) {
  const seen = text.replace(NARROW, "");
  return [...seen].length + (seen.match(WIDE)?.length ?? 0);
}

/** The cells of a row; `\|` is no border. */
function cells(row) {
  const inner = row.trim().replace(/^\|/, "").replace(/(^|[^\\])\|$/, "$1");
  return inner.split(/(?<!\\)\|/).map((cell) => cell.trim());
}

/** The rows of a table with their borders below each other. */
export function aligned(rows) {
  const indent = rows[0].match(/^\s*/)[0];
  const table = rows.map(cells);
  const count = Math.max(...table.map((row) => row.length));
  const column = (n) => Math.max(3, ...table.map((row, at) => (at === 1 ? 0 : width(row[n] ?? ""))));
  const widths = Array.from({ length: count }, (_, n) => column(n));
  const sides = widths.map((_, n) => [table[1][n]?.startsWith(":") ?? false, table[1][n]?.endsWith(":") ?? false]);
  return table.map((row, at) => {
    const padded = widths.map((size, n) => {
      const [left, right] = sides[n];
      if (at === 1) return (left ? ":" : "-") + "-".repeat(size - 2) + (right ? ":" : "-");
      const cell = row[n] ?? "";
      const rest = size - width(cell);
      const before = right ? (left ? rest >> 1 : rest) : 0;
      return " ".repeat(before) + cell + " ".repeat(rest - before);
    });
    return `${indent}| ${padded.join(" | ")} |`;
  });
}

/** The first and last line of the table around the caret; none when there is no table. */
function around({ doc, selection }) {
  const here = doc.lineAt(selection.main.head).number;
  const has = (n) => n >= 1 && n <= doc.lines && doc.line(n).text.includes("|");
  if (!has(here)) return null;
  let [first, last] = [here, here];
  while (has(first - 1)) first -= 1;
  while (has(last + 1)) last += 1;
  return first < last && DELIMITER.test(doc.line(first + 1).text) ? [first, last] : null;
}

/** Writes an empty table and selects its first cell. */
export function insertTable(view) {
  const head = [1, 2].map((n) => `${word("column")} ${n}`);
  const rows = [`| ${head.join(" | ")} |`, "|---|---|", "| | |", "| | |"];
  const at = block(view, aligned(rows).join("\n"));
  view.dispatch({ selection: { anchor: at + 2, head: at + 2 + head[0].length } });
  return true;
}

/** Sets the borders of the table around the caret below each other. */
export function alignTable(view) {
  const found = around(view.state);
  if (!found) return false;
  const { doc, selection } = view.state;
  const [first, last] = found.map((n) => doc.line(n));
  const rows = doc.sliceString(first.from, last.to).split("\n");
  const line = doc.lineAt(selection.main.head);
  const cell = borders(line.text).filter((at) => at < selection.main.head - line.from).length - 1;
  const fresh = aligned(rows);
  if (fresh.join("\n") === rows.join("\n")) return true;
  const row = line.number - first.number;
  const above = fresh.slice(0, row).reduce((sum, text) => sum + text.length + 1, 0);
  const at = first.from + above + borders(fresh[row])[Math.max(cell, 0)] + 2;
  view.dispatch({
    changes: { from: first.from, to: last.to, insert: fresh.join("\n") },
    selection: { anchor: Math.min(at, first.from + fresh.join("\n").length) },
    userEvent: "input",
  });
  view.focus();
  return true;
}

const borders = (text) => [...text.matchAll(/(?<!\\)\|/g)].map((found) => found.index);

/** Selects the next cell (or the one before); behind the last one a new row begins. */
export const toCell = (step) => (view) => {
  const found = around(view.state);
  if (!found) return false;
  const [first, last] = found.map((n) => view.state.doc.line(n));
  const rows = view.state.doc.sliceString(first.from, last.to).split("\n");
  if (!rows.every((row) => /^\s*\|.*\|\s*$/.test(row))) alignTable(view); // cells are looked for between borders
  const { doc, selection } = view.state;
  let line = doc.lineAt(selection.main.head);
  let cell = borders(line.text).filter((at) => at < selection.main.head - line.from).length - 1 + step;
  const count = borders(line.text).length - 1;
  if (cell >= count || cell < 0) {
    let next = line.number + step;
    if (next === first.number + 1) next += step; // the line of dashes holds no cell
    if (next < first.number) return true;
    if (next > last.number) {
      const row = `\n|${borders(line.text).slice(1).map((at, n) => " ".repeat(at - borders(line.text)[n] - 1)).join("|")}|`;
      view.dispatch({ changes: { from: line.to, insert: row }, userEvent: "input" });
    }
    line = view.state.doc.line(next);
    cell = step > 0 ? 0 : count - 1;
  }
  const edges = borders(line.text);
  const text = line.text.slice(edges[cell] + 1, edges[cell + 1]);
  const from = line.from + edges[cell] + 1 + (text.trim() ? text.length - text.trimStart().length : 1);
  view.dispatch({ selection: { anchor: from, head: from + text.trim().length }, scrollIntoView: true });
  return true;
};
