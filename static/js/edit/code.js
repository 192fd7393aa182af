// The text in CodeMirror. How it looks is in wiki.css; what its keys do is handed in.

import {
  Compartment, EditorState, EditorView, HighlightStyle, Language, Prec, StyleModule, autocompletion, defaultKeymap,
  deleteMarkupBackward, highlightActiveLine, history, historyKeymap, indentLess, indentMore, insertNewlineContinueMarkup,
  keymap, lintGutter, lintKeymap, markdownLanguage, parseCode, search, searchKeymap, setDiagnostics, syntaxHighlighting,
  tags, yamlFrontmatter, yamlLanguage,
} from "../../vendor/codemirror/codemirror.js";
import { toCell } from "./table.js";
import { around, link } from "./marks.js";
import { word } from "./dom.js";

// CodeMirror writes its rules into a style element, which the site's security policy does not let in. The same rules in
// a sheet of the document are none of its business.
const sheet = new CSSStyleSheet();
const mounted = new Set();
StyleModule.mount = (root, modules) => {
  for (const it of [modules].flat()) {
    mounted.delete(it); // a later one comes first among equals
    mounted.add(it);
  }
  sheet.replaceSync([...mounted].map((it) => it.getRules()).join("\n"));
  if (!root.adoptedStyleSheets.includes(sheet)) root.adoptedStyleSheets = [...root.adoptedStyleSheets, sheet];
};

const looks = HighlightStyle.define([
  { tag: tags.heading, class: "md-heading" },
  { tag: tags.strong, class: "md-strong" },
  { tag: tags.emphasis, class: "md-emphasis" },
  { tag: tags.strikethrough, class: "md-struck" },
  { tag: tags.monospace, class: "md-code" },
  { tag: [tags.link, tags.url, tags.labelName], class: "md-link" },
  { tag: [tags.propertyName, tags.definition(tags.propertyName)], class: "md-key" },
  { tag: [tags.processingInstruction, tags.meta, tags.contentSeparator, tags.punctuation, tags.comment], class: "md-mark" },
  { tag: tags.quote, class: "md-quote" },
]);

// The body of a lab block is YAML, as the front matter is.
const lab = parseCode({ codeParser: (info) => (/^lab\b/.test(info) ? yamlLanguage.parser : null) });
const markdown = new Language(markdownLanguage.data, markdownLanguage.parser.configure(lab), [], "markdown");

const locked = new Compartment();

/**
 * Shows the text of `area` in CodeMirror, before it. `changed(text)` hears of every change; `complete` are sources of
 * completions, `extensions` whatever else belongs to it.
 */
export function codeEditor(area, text, { lang, changed, complete, tell, extensions }) {
  // Tab moves text, so that there has to be another way out: Escape, and Tab is the browser's again until one types.
  const leave = (view) => {
    view.setTabFocusMode(true);
    tell(word("tab_leaves"));
    return true;
  };
  const stay = (view) => view.setTabFocusMode(false);
  const keys = [
    { key: "Mod-b", run: around("**"), preventDefault: true },
    { key: "Mod-i", run: around("*"), preventDefault: true },
    { key: "Mod-k", run: link, preventDefault: true },
    { key: "Tab", run: toCell(1), shift: toCell(-1) },
    { key: "Enter", run: insertNewlineContinueMarkup },
    { key: "Backspace", run: deleteMarkupBackward },
  ];
  const state = EditorState.create({
    doc: text,
    extensions: [
      Prec.high(keymap.of(keys)),
      keymap.of([
        ...searchKeymap, ...historyKeymap, ...lintKeymap, ...defaultKeymap,
        { key: "Tab", run: indentMore, shift: indentLess },
        { key: "Escape", run: leave },
      ]),
      history(),
      search({ top: true }),
      lintGutter(),
      highlightActiveLine(),
      yamlFrontmatter({ content: markdown }),
      syntaxHighlighting(looks),
      autocompletion({ override: complete, icons: false, closeOnBlur: true }),
      EditorView.lineWrapping,
      EditorView.contentAttributes.of({
        "aria-label": word("text"), "aria-description": word("leave_how"), tabindex: "0",
        spellcheck: "true", lang: lang === "zh" ? "zh-CN" : "en",
      }),
      EditorState.phrases.of(Object.fromEntries(Object.entries(PHRASES).map(([phrase, key]) => [phrase, word(key)]))),
      EditorView.updateListener.of((update) => {
        if (!update.docChanged) return;
        stay(update.view);
        changed(update.state.doc.toString());
      }),
      EditorView.domEventHandlers({ blur: (_, view) => { stay(view); } }),
      locked.of([]),
      extensions,
    ],
  });
  const view = new EditorView({ state, parent: area.parentElement });
  area.before(view.dom);
  area.hidden = true;
  return view;
}

// Sentences of CodeMirror's own that people meet, and the words for them.
const PHRASES = {
  "Find": "find", "Replace": "replace_by", "next": "find_next", "previous": "find_previous", "all": "find_all",
  "match case": "match_case", "regexp": "regexp", "by word": "by_word", "replace": "replace",
  "replace all": "replace_all", "close": "close", "current match": "current_match", "on line": "on_line",
  "replaced match on line $": "replaced_on_line", "replaced $ matches": "replaced_count", "Go to line": "go_to_line",
  "go": "go", "Completions": "completions", "Diagnostics": "diagnostics", "No diagnostics": "no_diagnostics",
  "Control character": "control_character", "Selection deleted": "selection_deleted",
};

/** Lets nobody write while a save or a question is on its way. */
export function lock(view, on) {
  view.dispatch({ effects: locked.reconfigure(on ? EditorState.readOnly.of(true) : []) });
}

/** Another text in place of all of it; undo brings the old one back. */
export function replaceText(view, text) {
  view.dispatch({ changes: { from: 0, to: view.state.doc.length, insert: text }, userEvent: "input.replace" });
}

/** Marks what the server found: `{ line, severity, message }`, lines from 1. */
export function mark(view, found) {
  const { doc } = view.state;
  const marks = found.map(({ line, severity, message }) => {
    const { from, to } = doc.line(Math.min(Math.max(line ?? 1, 1), doc.lines));
    return { from, to, severity, message };
  });
  view.dispatch(setDiagnostics(view.state, marks.sort((a, b) => a.from - b.from)));
}

/** Goes to a line. */
export function go(view, line) {
  const { from } = view.state.doc.line(Math.min(Math.max(line, 1), view.state.doc.lines));
  view.dispatch({ selection: { anchor: from }, effects: EditorView.scrollIntoView(from, { y: "center" }) });
  view.focus();
}
