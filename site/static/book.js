// An explorer's sliders show its pictures.
document.addEventListener("DOMContentLoaded", () => document.querySelectorAll(".explorer").forEach((explorer) => {
  const { texts, pictures } = JSON.parse(explorer.querySelector("script").textContent);
  const sliders = [...explorer.querySelectorAll("input")], image = explorer.querySelector("img");
  const show = () => {
    const values = sliders.map((slider) => Number(slider.value));
    [image.alt, image.src] = pictures[values.reduce((before, value, k) => before * texts[k].length + value, 0)];
    sliders.forEach((slider, k) => {
      slider.nextElementSibling.textContent = texts[k][values[k]];
      slider.setAttribute("aria-valuetext", texts[k][values[k]]);
    });
  };
  explorer.addEventListener("input", show);
  show(); // a browser that comes back to a page puts the sliders where they were
}));

// An equation's number shows the formula, before it leads there.
const preview = Object.assign(document.createElement("div"), { className: "equation-preview", id: "equation-preview" });
preview.setAttribute("role", "tooltip");

async function showEquation(link) {
  hideEquation();
  const formula = link.dataset.formula.replace(/\\tag\{.*?\}/g, "");
  preview.textContent = formula.startsWith("\\begin") ? formula : `\\[${formula}\\]`;
  link.after(preview);
  link.setAttribute("aria-describedby", preview.id);
  await window.MathJax.typesetPromise([preview]);
  const room = preview.offsetParent.clientWidth - preview.offsetWidth;
  preview.style.left = `${Math.max(0, Math.min(link.offsetLeft, room))}px`;
  preview.style.top = `${link.offsetTop + link.offsetHeight + 4}px`;
}

function hideEquation() {
  if (preview.isConnected) window.MathJax.typesetClear([preview]);
  preview.previousElementSibling?.removeAttribute("aria-describedby");
  preview.remove();
}

for (const [event, shown] of [["mouseover", true], ["focusin", true], ["mouseout", false], ["focusout", false]]) {
  document.addEventListener(event, ({ target }) => {
    const link = target.closest?.("a.equation");
    if (link && window.MathJax?.typesetPromise) (shown ? showEquation : hideEquation)(link);
  });
}
addEventListener("keydown", ({ key }) => key === "Escape" && hideEquation());

// A table that is wider than the page says so, and keeps the column with its verdicts in sight.
function markWideTables() {
  for (const table of document.querySelectorAll(".bd-article .output > table")) {
    const box = table.parentElement;
    box.classList.toggle("scrolls", box.scrollWidth > box.clientWidth);
    const column = [...table.rows[0].cells].findIndex((cell) => cell.textContent === "verdict");
    if (column >= 0) [...table.rows].forEach((row) => row.cells[column].classList.add("verdict-column"));
  }
}
["DOMContentLoaded", "resize"].forEach((event) => addEventListener(event, markWideTables));

// The live button looks first whether the notebook and its Python can be had: JupyterLite itself would wait for ever.
const PATIENCE = 5000; // milliseconds
const FROM_DISK = "A page opened from disk can't start Python. In the folder of the book run “python -m http.server” and "
  + "open http://localhost:8000, or use JupyterLab.";
const LIVE = ".live-button, .live-here";

async function whyNot(page, python) {
  for (const url of [page, python]) {
    const own = new URL(url).origin === location.origin;
    try {
      const answer = await fetch(url, {
        method: "HEAD", mode: own ? "same-origin" : "no-cors", signal: AbortSignal.timeout(PATIENCE / 2),
      });
      if (own && !answer.ok) {
        return `This copy of the book lacks what the button needs (${new URL(url).pathname}); “make site” adds it.`;
      }
    } catch {
      return `Python can't be loaded: ${new URL(url).host} doesn't answer. Try again when you are online, or run the `
        + "notebook in JupyterLab.";
    }
  }
  return "";
}

// The section that is being read: the last one whose heading stands in the upper third of the window or above.
function sectionInSight() {
  const passed = [...document.querySelectorAll(".bd-article section section[id] > :is(h2, h3)")]
    .filter((heading) => heading.getBoundingClientRect().top < innerHeight / 3);
  return passed.length ? `#${passed.at(-1).parentElement.id}` : "";
}

document.addEventListener("click", async (event) => {
  const button = event.target.closest?.(LIVE);
  if (!button || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  const note = document.querySelector(".live-note"), page = button.href + sectionInSight();
  const disk = location.protocol === "file:";
  const tab = disk ? null : open("", "_blank"); // at once: what is opened later is taken for an advertisement
  window.name = "book"; // the notebook's links lead to this tab
  note.textContent = "Looking for Python …";
  if (tab) tab.document.body.textContent = note.textContent;
  const problem = disk ? FROM_DISK : await whyNot(page, new URL(button.dataset.python, location.href).href);
  note.textContent = problem || "The notebook is in a tab of its own.";
  note.classList.toggle("live-problem", Boolean(problem));
  if (problem) {
    tab?.close();
    note.scrollIntoView({ block: "nearest" });
  } else {
    (tab ?? window).location.href = page;
  }
});

// What JupyterLite begins with is fetched while the pointer is on its way to the button: from this site alone.
let fetched = false;
for (const kind of ["pointerover", "focusin"]) {
  document.addEventListener(kind, async ({ target }) => {
    const button = target.closest?.(LIVE);
    if (!button || fetched || location.protocol === "file:") return;
    fetched = true;
    const list = new URL("../preload.json", button.href), answer = await fetch(list).catch(() => null);
    for (const name of answer?.ok ? await answer.json() : []) {
      document.head.append(Object.assign(document.createElement("link"), { rel: "prefetch", href: new URL(name, list).href }));
    }
  });
}

// The button stands in the bar on top too, from where it opens the notebook at the section that is being read.
document.addEventListener("DOMContentLoaded", () => {
  const button = document.querySelector(".live-button"), bar = document.querySelector(".article-header-buttons");
  if (!button || !bar) return;
  const here = document.createElement("a");
  here.className = "btn btn-sm live-here";
  here.href = button.href;
  here.dataset.python = button.dataset.python;
  here.title = "Run this section in the browser";
  here.innerHTML = '<i class="fas fa-play" aria-hidden="true"></i>';
  here.setAttribute("aria-label", here.title);
  bar.prepend(here);
});

// On paper nothing can be unfolded: hints and the like are printed open, answers at the end of the chapter, and all in
// the colours of the light mode. It returns a function that undoes it.
function forPaper(article) {
  article.querySelectorAll("details:not(.hide)").forEach((part) => { part.open = true; });
  const answers = [...article.querySelectorAll(".solution, details")].filter((part) =>
    part.matches(".solution") || part.querySelector("summary")?.textContent.trim() === "Answer");
  if (!answers.length) return () => {};
  const last = article.querySelector("section").appendChild(document.createElement("section"));
  last.innerHTML = "<h2>Answers</h2>";
  const undo = answers.map((answer) => {
    const place = document.createComment("an answer"), number = answer.previousElementSibling?.querySelector("strong");
    answer.replaceWith(place);
    last.append(answer);
    const summary = answer.matches("details") && answer.querySelector("summary");
    if (summary && number) summary.textContent = `Answer to question ${number.textContent.replace(".", "")}`;
    return () => {
      place.replaceWith(answer);
      if (summary) summary.textContent = "Answer";
    };
  });
  return () => [...undo, () => last.remove()].forEach((step) => step());
}

let undoPaper;
addEventListener("beforeprint", () => {
  if (undoPaper) return;
  const page = document.documentElement.dataset, theme = page.theme, article = document.querySelector(".bd-article");
  const undo = article ? forPaper(article) : () => {};
  page.theme = "light";
  undoPaper = () => { undo(); page.theme = theme; };
});
addEventListener("afterprint", () => { undoPaper?.(); undoPaper = undefined; });

// A link that opens the playground at a setting, as #hidden=8, is no place in a page. The theme's script, which looks for
// every link's place as a selector, would stop there; it leaves out what is disabled, and to a link that means nothing.
document.addEventListener("DOMContentLoaded", () => document.querySelectorAll('a[href*="#"][href*="="]').forEach((link) => { link.disabled = true; }));
