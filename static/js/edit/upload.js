// Pictures that are pasted or dropped: they go to the server, and their Markdown stands where they were put.

import { EditorView } from "../../vendor/codemirror/codemirror.js";
import { askSignedIn, complaint } from "./http.js";
import { word } from "./dom.js";

/** `insert(view, files, at)` and the extension that hears what is pasted and dropped. */
export function uploads(address, tell) {
  const waiting = new Set(); // places in a text that changes meanwhile

  async function insert(view, files, at = view.state.selection.main.to) {
    for (const file of files) {
      const place = { at };
      waiting.add(place);
      tell(word("uploading", { name: file.name }));
      try {
        const answer = await askSignedIn(`${address}?name=${encodeURIComponent(named(file))}`, {
          method: "POST", type: file.type || "application/octet-stream", body: file,
        });
        if (!answer.ok) throw new Error(await complaint(answer));
        const { markdown, name } = await answer.json();
        const text = markdown.replace(/^!\[\]/, `![${word("picture_text")}]`);
        const alt = text === markdown ? null : { anchor: place.at + 2, head: place.at + 2 + word("picture_text").length };
        view.dispatch({ changes: { from: place.at, insert: text }, selection: alt ?? undefined, userEvent: "input.paste" });
        tell(word("uploaded", { name }));
      } catch (error) {
        tell(word("not_uploaded", { name: file.name, why: error.message }), "wrong");
      }
      waiting.delete(place);
      at = view.state.selection.main.to;
    }
  }

  const extension = [
    EditorView.updateListener.of(({ docChanged, changes }) => {
      if (docChanged) for (const place of waiting) place.at = changes.mapPos(place.at, 1);
    }),
    EditorView.domEventHandlers({
      paste(event, view) {
        // A table of a spreadsheet is pasted as a picture too: its text is what is wanted.
        const files = [...event.clipboardData.files];
        if (files.length === 0 || event.clipboardData.types.includes("text/plain")) return false;
        event.preventDefault();
        insert(view, files);
        return true;
      },
      drop(event, view) {
        const files = [...event.dataTransfer.files];
        if (files.length === 0) return false;
        event.preventDefault();
        insert(view, files, view.posAtCoords({ x: event.clientX, y: event.clientY }) ?? undefined);
        return true;
      },
    }),
  ];
  return { insert, extension };
}

/** Browsers call every pasted picture `image.png`. */
function named(file) {
  if (!/^image\.\w+$/.test(file.name)) return file.name;
  const now = new Date().toISOString().replace(/[-:]|\..*/g, "").replace("T", "-");
  return file.name.replace("image", `pasted-${now}`);
}
