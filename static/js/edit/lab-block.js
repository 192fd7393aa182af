// The text of a lab block: what of it a form can hold, and the block with other values. What else stands in it (a title,
// a question, comments) stays as it is.

const OPENS = /^( {0,3})(`{3,}|~{3,})\s*lab\s+([\w-]+)\s*$/;

/** The block around line `number` of a CodeMirror document: `{ lab, from, to, body }`, `body` its lines. */
export function blockAt(doc, number) {
  for (let n = number; n >= 1; n -= 1) {
    const opening = OPENS.exec(doc.line(n).text);
    if (!opening) {
      if (n < number && /^ {0,3}(```|~~~)/.test(doc.line(n).text)) return null; // the end of a block, or another one
      continue;
    }
    const [, , fence, lab] = opening;
    const body = [];
    for (let end = n + 1; end <= doc.lines; end += 1) {
      const { text, to } = doc.line(end);
      if (text.trim() === fence) return end < number ? null : { lab, fence, from: doc.line(n).from, to, body };
      body.push(text);
    }
    return null;
  }
  return null;
}

/** The entries of a body: `{ key, value, lines }`; lines that are no entry of the outermost level belong to the one before. */
function entries(body) {
  const found = [];
  for (const line of body) {
    const [, key, value] = /^([\w-]+):(?:\s+(.*))?$/.exec(line) ?? [];
    if (key) found.push({ key, first: (value ?? "").trim(), lines: [line] });
    else if (found.length > 0 && !line.startsWith("#")) found.at(-1).lines.push(line);
    else found.push({ key: null, first: "", lines: [line] });
  }
  return found;
}

/** The values that a body gives, by name: its plain entries, in text. */
export function values(body) {
  return new Map(entries(body).filter(({ key }) => key).map((entry) => [entry.key, scalar(entry)]));
}

function scalar({ first, lines }) {
  if (/^[|>]/.test(first)) {
    const rest = lines.slice(1);
    const indent = rest.find((line) => line.trim())?.match(/^ */)[0].length ?? 0;
    const text = rest.map((line) => line.slice(indent)).join("\n").replace(/\n+$/, "");
    return first.includes("-") ? text : `${text}\n`;
  }
  if (first.startsWith('"')) {
    try {
      return JSON.parse(first.replace(/\s+#[^"]*$/, ""));
    } catch {
      return first;
    }
  }
  if (first.startsWith("'")) return first.replace(/^'|'(\s+#[^']*)?$/g, "").replaceAll("''", "'");
  return first.replace(/(^|\s+)#.*$/, "");
}

function written(key, value) {
  if (/^-?\d+(\.\d+)*$/.test(value) || /^[a-z][\w.-]*$/i.test(value) && !/^(true|false|yes|no|on|off|null|y|n)$/i.test(value)) {
    return [`${key}: ${value}`];
  }
  // Lines that YAML would read otherwise than they stand there are written in quotes.
  const shown = value.replace(/\n$/, "").split("\n");
  const awkward = /^\s|\n\n$|[\0-\x08\x0b-\x1f\x7f\ufeff\u2028\u2029\x85]/;
  if (shown.length < 2 || awkward.test(value)) return [`${key}: ${JSON.stringify(value)}`];
  return [`${key}: ${value.endsWith("\n") ? "|" : "|-"}`, ...shown.map((line) => (line ? `  ${line}` : ""))];
}

/** A block for `lab`: `preset` and `values` (a map), and of the old `body` what is no parameter (`params`: their names). */
export function blockText(lab, preset, chosen, { fence = "```", body = [], params = [] } = {}) {
  const fresh = [...(preset ? [["preset", preset]] : []), ...chosen].flatMap(([key, value]) => written(key, value));
  const ours = new Set(["preset", ...params]);
  const rest = entries(body).filter(({ key }) => !ours.has(key)).flatMap(({ lines }) => lines);
  return [`${fence}lab ${lab}`, ...fresh, ...rest, fence].join("\n");
}
