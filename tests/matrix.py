"""Run all tests with the lowest versions that requirements.txt allows, with the newest, and with other matrix kernels.

    python tests/matrix.py [CONFIGURATION ...]          make test-matrix ONLY="lowest Nehalem" names them too

A configuration is `lowest`, `newest`, or a kernel of OpenBLAS's; `kernels` means all that this processor can run. The
first two are installed into environments of their own in _build/matrix. The lowest versions are what requirements.txt
and pyproject.toml name after `>=`, handed to pip as constraints: so they come from where pip is set up to look, and a
bound that contradicts another one, or that has no wheel, is an error. What site/constraints.txt pins is the same in
both. The logs, and report.md with the tables that are printed at the end, are in _build/matrix as well.
"""

import argparse
import os
import pathlib
import platform
import re
import subprocess
import sys
import time
import tomllib

ROOT = pathlib.Path(__file__).resolve().parent.parent
MATRIX = ROOT / "_build" / "matrix"
STEPS = ("tests", "notebooks", "book", "pages")
SECONDS = 3600  # that a step may take before it counts as hanging
COUNT, SUMMARY = re.compile(r"\b\d+ (?:passed|failed|skipped|errors?)\b"), re.compile(r"^\d+ \w+\b.* in [\d.]+s\b")
BOUND = re.compile(r"([\w.-]+)(?:\[[\w,]+\])?>=([\d.]+)")
#: OpenBLAS's kernels for x86-64, the oldest first, and the flag of /proc/cpuinfo without which one stops or hangs
KERNELS = {"Prescott": "pni", "Core2": "ssse3", "Nehalem": "sse4_2", "Barcelona": "sse4a", "Bobcat": "sse4a",
           "Sandybridge": "avx", "Bulldozer": "fma4", "Piledriver": "fma4", "Steamroller": "fma4", "Excavator": "fma4",
           "Haswell": "avx2", "Zen": "avx2", "SkylakeX": "avx512vl", "Cooperlake": "avx512_bf16",
           "SapphireRapids": "amx_bf16"}
ASK_KERNEL = """import numpy, threadpoolctl
a = numpy.random.default_rng(0).random((300, 300))
assert numpy.allclose(numpy.linalg.solve(a, a @ a), a)
print(*[lib["architecture"] for lib in threadpoolctl.threadpool_info() if lib["internal_api"] == "openblas"])"""
ASK_VERSIONS = """import importlib.metadata, platform, sys
print("python", platform.python_version(), *[f"{name} {importlib.metadata.version(name)}" for name in sys.argv[1:]])"""


def bounds():
    """Return the lowest version that is allowed of each package that isn't pinned, as {name: version}."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    lines = (ROOT / "requirements.txt").read_text(encoding="utf-8").splitlines()
    lines += [*project["dependencies"], *sum(project["optional-dependencies"].values(), [])]
    lowest, pins = {}, (ROOT / "site" / "constraints.txt").read_text(encoding="utf-8")
    for name, version in (found.groups() for line in lines if (found := BOUND.match(line))):
        if f"\n{name}==" not in pins:
            lowest[name] = max(lowest.get(name, "0"), version, key=lambda text: [*map(int, text.split("."))])
    return lowest


def ask(python, code, *arguments, kernel=""):
    """Return the words that a program prints; [] if it fails or hangs."""
    try:
        done = subprocess.run([python, "-c", code, *arguments], capture_output=True, text=True, timeout=60,
                              env=environment(kernel))
    except subprocess.TimeoutExpired:
        return []
    return done.stdout.split() if done.returncode == 0 else []


def environment(kernel, **more):
    """Return the variables to start a program with, so that OpenBLAS takes a kernel, or its own choice with ""."""
    return {name: value for name, value in os.environ.items() if name not in ("OPENBLAS_CORETYPE", "PYTHONPATH")} | (
        {"OPENBLAS_CORETYPE": kernel} if kernel else {}) | more


def kernels(python):
    """Return the kernels that this processor can run and NumPy's OpenBLAS has; say of the others why they aren't."""
    own, cpuinfo = ask(python, ASK_KERNEL)[:1], pathlib.Path("/proc/cpuinfo")
    if platform.machine() not in ("x86_64", "AMD64") or not own:
        print(f"kernels: on {platform.machine()}, with this NumPy, there are none to choose from")
        return []
    flags = cpuinfo.read_text(encoding="utf-8").split() if cpuinfo.exists() else KERNELS.values()
    chosen = {own[0]: "every other configuration"}
    for name, flag in KERNELS.items():
        taken = ask(python, ASK_KERNEL, kernel=name)[:1] if flag in flags else []
        if not taken:
            print(f"{name}: left out, {'it stops or hangs here' if flag in flags else f'the processor lacks {flag}'}")
        elif taken[0] in chosen:
            print(f"{name}: left out, OpenBLAS takes {taken[0]} for it, as for {chosen[taken[0]]}")
        else:
            chosen[taken[0]] = name
    return list(chosen.values())[1:]


def step(name, what, command, variables):
    """Run a command with its output in a log; print and return in a few words what came of it."""
    log, started = MATRIX / f"{name}-{what}.log", time.monotonic()
    with open(log, "w", encoding="utf-8") as file:
        try:
            failed = subprocess.run(command, cwd=ROOT, stdout=file, stderr=subprocess.STDOUT, env=variables,
                                    timeout=SECONDS).returncode
        except subprocess.TimeoutExpired:
            failed = True
    lines = log.read_text(encoding="utf-8", errors="replace").splitlines() or [""]
    summaries = [line for line in lines if SUMMARY.search(line)]  # what a process says at its end may come after it
    counts = COUNT.findall(summaries[-1]) if summaries else []
    said = ", ".join(["**failed**"] * bool(failed) + counts) or "passed"
    print(f"{name}: {what}: {said} ({time.monotonic() - started:.0f} s)", flush=True)
    if failed:
        print(*(f"    {line}" for line in lines[-20:]), f"    all of it: {log}", sep="\n", flush=True)
    return said


def install(name, python):
    """Make an environment anew; return its Python and {package: version}, which is empty if that fails."""
    own = MATRIX / name / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    constraints, lowest = MATRIX / f"{name}.txt", bounds() if name == "lowest" else {}
    constraints.write_text("".join(f"{package}=={version}\n" for package, version in lowest.items()), encoding="utf-8")
    pip = [own, "-m", "pip", "install", "--disable-pip-version-check", "-r", "requirements.txt", "-c", constraints]
    for what, command in {"venv": [python, "-m", "venv", "--clear", MATRIX / name], "install": pip}.items():
        if "failed" in step(name, what, command, environment("")):
            return own, {}
    words = ask(own, ASK_VERSIONS, *bounds(), "scipy", "jupyter-book", "sphinx", "numpydoc", "pybtex")
    return own, dict(zip(words[::2], words[1::2]))


def run(name, python, kernel):
    """Run all tests in an environment; return what came of each step. The pages are drawn with the own kernel alone."""
    pages, pytest = MATRIX / f"{name}-book", [python, "-m", "pytest", "-p", "no:cacheprovider"]
    steps = {"tests": [*pytest, "--ignore=tests/browser"], "notebooks": [*pytest, "--nbval", "book/"]}
    if not kernel:
        build = [python.parent / "jupyter-book", "build", ".", "-W", "-n", "--keep-going"]
        steps["book"] = [*build, "--path-output", pages]
        steps["pages"] = [*pytest, "tests/browser", "--numprocesses=2", "--dist=loadgroup"]
    variables = environment(kernel, BOOK_HTML=str(pages / "_build" / "html"))
    return {what: step(name, what, command, variables) for what, command in steps.items()}


def table(head, rows):
    """Return a table in Markdown."""
    return "".join("| " + " | ".join(row) + " |\n" for row in (head, ["---"] * len(head), *rows))


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("only", nargs="*", metavar="CONFIGURATION",
                        help="lowest, newest, kernels, or a kernel's name; if none is named, the first three")
    parser.add_argument("--newest-python", default=sys.executable, metavar="COMMAND",
                        help="the Python for the newest versions; the lowest go with the one that runs this")
    given = parser.parse_args()
    only = set(given.only) or {"lowest", "newest", "kernels"}
    if unknown := only - {"lowest", "newest", "kernels", *KERNELS}:
        parser.error(f"no configuration {sorted(unknown)}; there are lowest, newest, kernels, {', '.join(KERNELS)}")
    MATRIX.mkdir(parents=True, exist_ok=True)
    asked = only - {"lowest", "newest"}  # kernels, which run with the newest versions
    made = {"lowest": install("lowest", sys.executable)} if "lowest" in only else {}
    made |= {"newest": install("newest", given.newest_python)} if asked or "newest" in only else {}
    failed = any(not versions for _, versions in made.values())
    todo = [(name, name, "") for name in made if name in only and made[name][1]]
    if asked and made["newest"][1]:
        found = [name for name in kernels(made["newest"][0]) if name in asked or "kernels" in asked]
        todo += [(name, "newest", name) for name in found]
        failed |= not asked <= {"kernels", *found}
    rows = []
    for name, where, kernel in todo:
        started, (python, versions) = time.monotonic(), made[where]
        came = run(name, python, kernel)
        failed |= any("failed" in said for said in came.values())
        rows.append([name, versions["python"], versions["numpy"], " ".join(ask(python, ASK_KERNEL, kernel=kernel)[:1]),
                     *(came.get(what, "") for what in STEPS), f"{(time.monotonic() - started) / 60:.1f}"])
        packages = [[package, *(has.get(package, "") for _, has in made.values())] for package in versions]
        report = f"{table(['configuration', 'Python', 'NumPy', 'kernel', *STEPS, 'minutes'], rows)}\n" \
                 f"{table(['package', *made], packages)}"
        (MATRIX / "report.md").write_text(report, encoding="utf-8")  # after each one, in case somebody ends it
    print(f"\n{report}" if rows else "nothing was run")
    return int(failed)


if __name__ == "__main__":
    sys.exit(main())
