// The exact text of a page. An editor knows one end of line, `\n`, and no byte order mark; a file may have others.

const MARK = "\uFEFF";
const LONG = 4e6; // comparisons of lines that are made at once

/** The text as an editor takes it. */
export const plain = (text) => text.replace(/^\uFEFF/, "").replace(/\r\n?/g, "\n");

/** `edited` with the mark and the ends of lines that `original` has; lines that are new get its usual end. */
export function exact(original, edited) {
  if (edited === plain(original)) return original;
  const mark = original.startsWith(MARK) ? MARK : "";
  const parts = original.slice(mark.length).split(/(\r\n|\r|\n)/);
  const old = parts.filter((_, n) => n % 2 === 0);
  const ends = parts.filter((_, n) => n % 2 === 1);
  const usual = commonest(ends) ?? "\n";
  const lines = edited.split("\n");
  if (ends.every((end) => end === usual)) return mark + lines.join(usual);
  const origin = origins(old, lines);
  const ended = lines.map((line, n) => (n === lines.length - 1 ? line : line + (ends[origin[n]] ?? usual)));
  return mark + ended.join("");
}

function commonest(values) {
  const counts = new Map();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  return [...counts].sort((a, b) => b[1] - a[1])[0]?.[0];
}

/** For each of `lines`, which of `old` it was: the longest common subsequence. */
function origins(old, lines) {
  const found = [];
  let from = 0;
  let [a, b] = [old.length, lines.length];
  while (from < a && from < b && old[from] === lines[from]) found[from] = from++;
  while (a > from && b > from && old[a - 1] === lines[b - 1]) found[--b] = --a;
  const [height, width] = [a - from, b - from];
  if (height * width > LONG) return found;
  const best = Array.from({ length: height + 1 }, () => new Uint32Array(width + 1));
  for (let i = height - 1; i >= 0; i -= 1) {
    for (let j = width - 1; j >= 0; j -= 1) {
      const same = old[from + i] === lines[from + j];
      best[i][j] = same ? best[i + 1][j + 1] + 1 : Math.max(best[i + 1][j], best[i][j + 1]);
    }
  }
  for (let i = 0, j = 0; i < height && j < width;) {
    if (old[from + i] === lines[from + j]) found[from + j++] = from + i++;
    else if (best[i + 1][j] >= best[i][j + 1]) i += 1;
    else j += 1;
  }
  return found;
}
