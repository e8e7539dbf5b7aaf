"""Print the lowest versions that requirements.txt and pyproject.toml allow, as constraints for pip: see `make lowest`.

What site/constraints.txt pins is left out; of two bounds the higher one counts.
"""

import pathlib
import re
import tomllib

ROOT = pathlib.Path(__file__).resolve().parent.parent


def main():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    lines = (ROOT / "requirements.txt").read_text(encoding="utf-8").splitlines()
    lines += [*project["dependencies"], *sum(project["optional-dependencies"].values(), [])]
    pins, lowest = (ROOT / "site/constraints.txt").read_text(encoding="utf-8"), {}
    for line in lines:
        if (bound := re.match(r"([\w.-]+)(?:\[.*\])?>=([\d.]+)", line)) and f"\n{bound[1]}==" not in pins:
            lowest[bound[1]] = max(lowest.get(bound[1], "0"), bound[2], key=lambda text: [*map(int, text.split("."))])
    print(*(f"{name}=={version}" for name, version in lowest.items()), sep="\n")


if __name__ == "__main__":
    main()
