// Python for the notebooks, in a worker. JupyterLite loads this as its Pyodide. The page starts it before JupyterLite
// asks for it (live.js), and all that a chapter imports is fetched at once (pyodide-lock.json: site/build_lite.py).

// Started early, it becomes the worker that JupyterLite wants, whose script is named in the first message.
if (!self.python && self.location.pathname.endsWith("/static/python.js")) {
  self.addEventListener("message", ({ data }) => importScripts(data), { once: true });
}

self.python ??= (async () => {
  const lite = self.location.href.replace(/\/(static\/python\.js|extensions\/).*/, "/");
  const lock = await (await fetch(`${lite}static/pyodide-lock.json`)).json();
  const pyodide = new URL(lock.book.pyodide, lite).href, indexURL = new URL(".", pyodide).href;
  for (const part of Object.values(lock.packages)) {
    part.file_name = new URL(part.file_name, part.ours ? lite : indexURL).href;
  }
  const lockFileURL = URL.createObjectURL(new Blob([JSON.stringify(lock)], { type: "application/json" }));
  importScripts(pyodide);
  const python = await self.loadPyodide({ indexURL, lockFileURL, packages: lock.book.packages });
  python.runPython("import piplite.piplite, pyodide_kernel, labcore.visual.plots"); // while JupyterLite is drawn
  return python;
})();
self.loadPyodide = () => self.python;
