// What the editor takes of CodeMirror, as one module. `cargo xtask vendor` builds it.
export { autocompletion, startCompletion } from "@codemirror/autocomplete";
export { defaultKeymap, history, historyKeymap, indentLess, indentMore } from "@codemirror/commands";
export { deleteMarkupBackward, insertNewlineContinueMarkup, markdownLanguage } from "@codemirror/lang-markdown";
export { yamlFrontmatter, yamlLanguage } from "@codemirror/lang-yaml";
export { HighlightStyle, Language, syntaxHighlighting } from "@codemirror/language";
export { lintGutter, lintKeymap, setDiagnostics } from "@codemirror/lint";
export { search, searchKeymap } from "@codemirror/search";
export { Compartment, EditorSelection, EditorState, Prec } from "@codemirror/state";
export { EditorView, highlightActiveLine, keymap } from "@codemirror/view";
export { tags } from "@lezer/highlight";
export { parseCode } from "@lezer/markdown";
export { StyleModule } from "style-mod";
