// Mathematics first, then the sliders: both want the page to themselves, and a still stands where a slider will be.
const HERE = document.currentScript.src;

async function mathematics() {
  const script = document.querySelector('script[src*="mathjax"]');
  if (!script) return;
  if (!window.MathJax?.startup?.promise) {
    await new Promise((done) => ["load", "error"].forEach((event) => script.addEventListener(event, done)));
  }
  if (!window.MathJax?.startup) return; // it couldn't be loaded
  // The widget manager asks for MathJax 2's queue; MathJax 3 typesets in its stead.
  window.MathJax.Hub = {
    Queue: (job) => window.MathJax.startup.promise.then(() => window.MathJax.typesetPromise([job[2]])),
  };
  await window.MathJax.startup.promise;
}

document.addEventListener("DOMContentLoaded", async () => {
  await mathematics();
  const state = document.querySelector('script[type="application/vnd.jupyter.widget-state+json"]');
  if (state && !document.querySelector('script[src*="html-manager"]')) { // the page of a book without npm has its own
    const script = document.createElement("script");
    script.src = new URL("vendor3p/widgets/embed.js", HERE).href;
    document.head.append(script);
  }
});

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

async function whyNot(page, python) {
  if (location.protocol === "file:") {
    return "A page opened from disk can't start Python. In the folder of the book run “python -m http.server” and "
      + "open http://localhost:8000, or use JupyterLab.";
  }
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

document.addEventListener("click", async (event) => {
  const button = event.target.closest?.(".live-button");
  if (!button || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  const note = button.parentElement.querySelector(".live-note");
  note.textContent = "Looking for Python …";
  const problem = await whyNot(button.href, new URL(button.dataset.python, location.href).href);
  note.textContent = problem || "Starting …";
  note.classList.toggle("live-problem", Boolean(problem));
  if (!problem) location.href = button.href;
});

// On paper nothing can be unfolded: answers, hints and the like are printed open.
addEventListener("beforeprint", () => document.querySelectorAll(".bd-article details:not(.hide)").forEach((part) => { part.open = true; }));
