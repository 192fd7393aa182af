// The preview follows the text: the same heading stands at the top of both.

/** Moves `place` with the scrolling of `view`. */
export function follow(view, place) {
  let lines = []; // of headings
  let frame = 0;

  const heads = () => [...place.querySelectorAll(":is(h1, h2, h3, h4, h5, h6)")].filter((head) => !head.closest("figure"));
  const top = (it) => it.getBoundingClientRect().top - place.getBoundingClientRect().top + place.scrollTop;

  function move() {
    if (place.hidden || place.scrollHeight <= place.clientHeight || place.contains(document.activeElement)) return;
    const { scrollDOM } = view;
    const marks = heads();
    const known = Math.min(lines.length, marks.length);
    const from = [0, ...lines.slice(0, known).map((line) => view.lineBlockAt(view.state.doc.line(line).from).top)];
    const to = [0, ...marks.slice(0, known).map(top)];
    from.push(scrollDOM.scrollHeight - scrollDOM.clientHeight);
    to.push(place.scrollHeight - place.clientHeight);
    const at = scrollDOM.scrollTop;
    let n = from.findLastIndex((it, index) => it <= at && index < from.length - 1);
    n = Math.max(n, 0);
    const share = Math.min(Math.max((at - from[n]) / Math.max(from[n + 1] - from[n], 1), 0), 1);
    place.scrollTop = to[n] + share * (to[n + 1] - to[n]);
  }

  function read() {
    lines = headings(view.state.doc);
    move();
  }

  view.scrollDOM.addEventListener("scroll", () => {
    cancelAnimationFrame(frame);
    frame = requestAnimationFrame(move);
  });
  place.addEventListener("rendered", read);
}

/** Lines of a CodeMirror document that are headings. */
export function headings(doc) {
  const found = [];
  let fence = null;
  let head = doc.line(1).text === "---"; // the front matter
  for (let n = 1; n <= doc.lines; n += 1) {
    const { text } = doc.line(n);
    if (head) {
      if (n > 1 && text === "---") head = false;
      continue;
    }
    const mark = /^ {0,3}(`{3,}|~{3,})/.exec(text)?.[1];
    if (fence) {
      if (mark?.startsWith(fence) && text.trim() === mark) fence = null;
    } else if (mark) fence = mark;
    else if (/^ {0,3}#{1,6}(\s|$)/.test(text)) found.push(n);
  }
  return found;
}
