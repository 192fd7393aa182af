// What every page must be made of. Returns a list of sentences, empty when all is well.
const all = (selector) => [...document.querySelectorAll(selector)];
const shown = (element) => element.checkVisibility({ visibilityProperty: true });
const name = (element) => element.outerHTML.slice(0, 120);
const problems = [];
const exactlyOne = (selector) => {
  const found = all(selector).filter(shown).length;
  if (found !== 1) problems.push(`${found} × ${selector}, not one`);
};

["h1", "main", "body > header, [role=banner]", "body > footer, [role=contentinfo]"].forEach(exactlyOne);
if (!all("nav").some(shown)) problems.push("no nav");
if (!/^(en|zh)/.test(document.documentElement.lang)) problems.push(`lang is "${document.documentElement.lang}"`);
if (!document.title.trim()) problems.push("no title");

for (const image of all("img:not([alt])")) problems.push(`no alt: ${name(image)}`);
for (const field of all("input:not([type=hidden]), select, textarea").filter(shown)) {
  const labelled = field.labels?.length || field.ariaLabel || field.getAttribute("aria-labelledby");
  if (!labelled) problems.push(`no label: ${name(field)}`);
}
const ids = all("[id]").map((element) => element.id);
for (const id of new Set(ids.filter((id, at) => ids.indexOf(id) !== at))) problems.push(`id ${id} is there twice`);

const width = document.documentElement.scrollWidth;
if (width > innerWidth) {
  const inside = (element) => {
    for (let box = element.parentElement; box; box = box.parentElement) {
      if (getComputedStyle(box).overflowX !== "visible") return true;
    }
    return false;
  };
  const wide = all("body *").filter((element) => element.getBoundingClientRect().right > innerWidth + 1 && !inside(element));
  problems.push(`scrolls sideways: ${width} px in ${innerWidth} px, because of ${wide.slice(0, 3).map(name).join(" and ")}`);
}
problems.push(...window.observed.violations.map((violation) => `violates the security policy: ${violation}`));
return problems;
