// Commands that write Markdown: strong, emphasis, a link, a piece of its own.

import { EditorSelection, startCompletion } from "../../vendor/codemirror/codemirror.js";

/** Puts `mark` around what is selected, or takes it away. */
export const around = (mark) => (view) => {
  const { state } = view;
  const size = mark.length;
  view.dispatch(state.changeByRange(({ from, to }) => {
    const marked = state.sliceDoc(from - size, from) === mark && state.sliceDoc(to, to + size) === mark;
    // One asterisk beside another is half of `**`.
    const half = size === 1 && state.sliceDoc(from - 2, from) === mark + mark && state.sliceDoc(from - 3, from) !== mark.repeat(3);
    if (marked && !half) {
      const changes = [{ from: from - size, to: from }, { from: to, to: to + size }];
      return { changes, range: EditorSelection.range(from - size, to - size) };
    }
    const changes = [{ from, insert: mark }, { from: to, insert: mark }];
    return { changes, range: EditorSelection.range(from + size, to + size) };
  }), { userEvent: "input", scrollIntoView: true });
  view.focus();
  return true;
};

/** Makes a link of what is selected, and asks for its address. */
export function link(view) {
  const { from, to } = view.state.selection.main;
  const text = view.state.sliceDoc(from, to);
  const address = /^(https?:\/\/|\/)\S+$/.test(text);
  const insert = address ? `[](${text})` : `[${text}]()`;
  const at = address || !text ? from + 1 : from + text.length + 3;
  view.dispatch({ changes: { from, to, insert }, selection: { anchor: at }, userEvent: "input", scrollIntoView: true });
  view.focus();
  if (text && !address) startCompletion(view);
  return true;
}

/** Writes `block` on lines of its own, an empty line before and after it, at the caret or in place of `range`. */
export function block(view, text, range = null) {
  const { doc, selection } = view.state;
  const line = doc.lineAt(selection.main.head);
  const free = line.text.trim() === "";
  const { from, to } = range ?? (free ? line : { from: line.to, to: line.to });
  const above = range || from === 0 ? "" : free ? gap(doc.sliceString(0, from)) : "\n\n";
  const below = range || to === doc.length ? "" : /^\n(\n|$)/.test(doc.sliceString(to, to + 2)) ? "" : "\n";
  const insert = above + text + below;
  view.dispatch({
    changes: { from, to, insert },
    selection: { anchor: from + above.length + text.length },
    userEvent: "input",
    scrollIntoView: true,
  });
  view.focus();
  return from + above.length;
}

const gap = (before) => (before.endsWith("\n\n") ? "" : "\n");
