// Compile the Python of a Pyodide ahead: node site/compile_python.mjs FOLDER
// Pyodide comes as source, and a browser would compile 5 MB of it before the first output, at every start.
import { readFileSync } from "fs";
import { dirname, join, resolve } from "path";
import { fileURLToPath } from "url";

import { loadPyodide } from "pyodide";

const python = await loadPyodide();
python.mountNodeFS("/pyodide", resolve(process.argv[2]));
python.runPython(readFileSync(join(dirname(fileURLToPath(import.meta.url)), "compile_python.py"), "utf8"));
