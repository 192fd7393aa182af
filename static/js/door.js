// The front page of a site that is files: on to the language that was chosen before, else to the browser's, else to English.
{
  const known = (tag) => ["en", "zh"].find((lang) => tag.toLowerCase().split("-")[0] === lang);
  let chosen = "";
  try {
    chosen = localStorage.getItem("lang") ?? "";
  } catch { /* storage is closed: nothing was chosen */ }
  const lang = [chosen, ...navigator.languages].map(known).find(Boolean) ?? "en";
  location.replace(`${document.documentElement.dataset.root}${lang}/`);
}
