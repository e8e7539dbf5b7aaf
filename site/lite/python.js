// Python for the notebooks, in a worker. JupyterLite loads this as its Pyodide, once the notebook is drawn, and all that a
// chapter imports is fetched at once (pyodide-lock.json: site/build_lite.py). Started before, it took longer to draw the
// notebook, and the first output came no sooner.

// Pyodide's matplotlib 3.8.4 comes with the list of fonts of another version, made on a Mac. So it would look through all
// fonts at each start, which takes longer than anything else of it. Imports are done while the notebook is read.
const PREPARE = `
import json
from importlib.util import find_spec
from pathlib import Path

path = Path(find_spec("matplotlib").origin).with_name("fontlist.json")
fonts = json.loads(path.read_text())
fonts["ttflist"] = [font for font in fonts["ttflist"] if not font["fname"].startswith("/")]
path.write_text(json.dumps(fonts | {"_version": 330, "of_the_book": True}))
import piplite.piplite, pyodide_kernel, labcore.visual.plots
`;

self.python = (async () => {
  const lite = self.location.href.replace(/\/(static\/python\.js|extensions\/).*/, "/");
  const lock = await (await fetch(`${lite}static/pyodide-lock.json`)).json();
  const pyodide = new URL(lock.book.pyodide, lite).href, indexURL = new URL(".", pyodide).href;
  for (const part of Object.values(lock.packages)) {
    part.file_name = new URL(part.file_name, part.ours ? lite : indexURL).href;
  }
  const lockFileURL = URL.createObjectURL(new Blob([JSON.stringify(lock)], { type: "application/json" }));
  importScripts(pyodide);
  const python = await self.loadPyodide({ indexURL, lockFileURL, packages: lock.book.packages });
  python.runPython(PREPARE);
  return python;
})();
self.loadPyodide = () => self.python;
