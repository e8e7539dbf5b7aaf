// What the book adds to JupyterLite's page of a notebook.

const name = new URLSearchParams(location.search).get("path") ?? "";
const page = (path, section = "") => new URL(
  `../../book/${path.replace(/( \(mine.*\))?\.\w+$/, "")}.html${section && `#${section}`}`, document.baseURI).href;
// What a section is called in an address: "Where ε stands" is where-stands, as Sphinx makes it.
const slug = (heading) => heading.toLowerCase().normalize("NFKD").replace(/[\u0300-\u036f]/g, "")
  .replace(/[^a-z0-9]+/g, "-").replace(/^[-0-9]+|-+$/g, "");
const section = (cell) => slug((/^ {0,3}##+ +(.+)/m.exec(cell.source) ?? [])[1] ?? "");

// Links lead to the pages of the book, in the tab that the reader came from where it is still open.
function leadToPage({ target }) {
  const link = target.closest?.(".jp-RenderedMarkdown a[data-commandlinker-args]");
  if (!link) return;
  const { path, id } = JSON.parse(link.dataset.commandlinkerArgs);
  link.href = page(path, id.replace(/^#/, ""));
  link.target = "book";
  delete link.dataset.commandlinkerCommand;
  delete link.dataset.commandlinkerArgs;
}
for (const kind of ["pointerover", "focusin", "click"]) addEventListener(kind, leadToPage, true);

const wait = (milliseconds) => new Promise((done) => setTimeout(done, milliseconds));

async function opened() {
  let panel;
  while (!(panel = window.jupyterapp?.shell?.currentWidget)?.context) await wait(100);
  await panel.context.ready;
  await panel.revealed;
  return panel;
}

function addWayBack() {
  const back = document.createElement("a");
  Object.assign(back, { href: page(name, location.hash.slice(1)), target: "book", className: "book-back" });
  back.textContent = "← Back to the page";
  back.style.cssText = "align-self: center; margin: 0 1rem; white-space: nowrap; color: var(--jp-content-link-color)";
  document.querySelector("#top-panel").append(back);
}

async function goTo(wanted, { content }) {
  const index = content.model.sharedModel.cells.findIndex(
    (cell) => cell.cell_type === "markdown" && section(cell) === wanted);
  if (index < 0) return;
  content.activeCellIndex = index;
  const { node } = content.widgets[index];
  for (let tries = 0; tries < 60; tries += 1) { // cells above it may push it away as they are drawn
    await content.scrollToItem(index, "start");
    await wait(50);
    const { top, height } = node.getBoundingClientRect();
    if (height && top > 0 && top < innerHeight / 2) return;
  }
}

// A run is saved in the browser, and what is saved there wins over what the site has.
async function tellOfCopies(panel, notify) {
  const answer = await fetch(`../files/${name}`, { cache: "no-cache" });
  if (!answer.ok) return; // a copy that was kept
  const fresh = await answer.json();
  const mine = panel.context.model.toJSON();
  const text = ({ cells }) => JSON.stringify(cells.map(({ source }) => [source].flat().join("")));
  if (text(mine) === text(fresh)) return;
  const older = mine.metadata.book !== fresh.metadata.book;
  notify(older ? "This is your copy of an older version of the chapter, kept in this browser."
    : "This is the copy that you changed, kept in this browser.", "Open the chapter afresh", "book:fresh");
}

(async () => {
  const panel = await opened(), { commands, serviceManager } = window.jupyterapp;
  const notify = (message, label, commandId) => commands.execute("apputils:notify", {
    message, type: "info", options: { autoClose: false, actions: label ? [{ label, commandId }] : [] },
  });
  commands.addCommand("book:fresh", {
    label: "Open the chapter afresh",
    execute: async () => {
      const kept = name.replace(".ipynb", ` (mine, ${new Date().toISOString().slice(0, 16).replace(":", ".")}).ipynb`);
      await panel.context.save();
      await serviceManager.contents.rename(name, kept);
      location.href = `?path=${name}&kept=${encodeURIComponent(kept)}`;
    },
  });
  commands.commandExecuted.connect((_, { id }) => {
    const busy = panel.sessionContext.session?.kernel?.status === "busy";
    if (busy && /^(notebook:interrupt-kernel|kernelmenu:interrupt)$/.test(id)) {
      notify("Python in the browser can't be interrupted: only a restart stops it, and forgets all variables.",
        "Restart", "kernelmenu:restart");
    }
  });
  addWayBack();
  if (location.hash) goTo(decodeURIComponent(location.hash.slice(1)), panel);
  const kept = new URLSearchParams(location.search).get("kept");
  if (kept) {
    commands.addCommand("book:kept", { execute: () => open(`?path=${encodeURIComponent(kept)}`) });
    notify(`What you had is kept in this browser as “${kept}”.`, "Open it", "book:kept");
  }
  await tellOfCopies(panel, notify);
})();
