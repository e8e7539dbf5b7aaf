# The two commands are `make book` and `make test`. `make help` lists the others.
SHELL := bash
ifeq ($(wildcard labcore/__init__.py),)
$(error Run make in the folder of the project, or with make -C FOLDER)
endif
PYTHON ?= python3
ifeq ($(OS),Windows_NT)
BIN := .venv/Scripts
LITE := _build/lite-env/Scripts
LOWEST := _build/lowest/Scripts
else
BIN := .venv/bin
LITE := _build/lite-env/bin
LOWEST := _build/lowest/bin
endif
READY := .venv/.ready
ASSETS := site/node_modules/.package-lock.json
NPM := $(shell command -v npm 2>/dev/null)
# An unpacked Pyodide (the version of site/lite/jupyter-lite.json) to serve from the site; without it, its CDN is asked.
PYODIDE ?=
# With `site` among what is asked for, pages have a live button, whoever asks for them first: the PDF is made of them too.
ifneq ($(filter site,$(MAKECMDGOALS)),)
export BOOK_LIVE := $(if $(PYODIDE),static/pyodide/pyodide.js,$(shell sed -n 's/.*"pyodideUrl": "\(.*\)".*/\1/p' site/lite/jupyter-lite.json))
endif
# Another number, other data and settings in the lab: see book/lab/assignment.md
VARIANT ?= 0

# OpenBLAS's kernels for older processors, which add in another order
KERNELS ?= Prescott Nehalem Sandybridge

.PHONY: help book pdf site test headless library browser nbval lowest kernels notebooks reproduce bench sizes reading-times controls conclusions lab lab-kit clean

help: ## list what there is
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "make %-13s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

# The stamp is younger than what it was made from as long as nothing there changed, so a second call installs nothing.
$(READY): requirements.txt site/constraints.txt pyproject.toml
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed; make PYTHON=python3.12 names another")'
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements.txt
	@touch $@

# MathJax, the search and what the browser tests need, at the versions and hashes of the lock file.
$(ASSETS): site/package.json site/package-lock.json
	cd site && npm ci --no-audit --no-fund --loglevel=error
	@touch $@

$(LITE)/jupyter-lite: site/lite/requirements.txt
	$(PYTHON) -m venv _build/lite-env
	$(LITE)/python -m pip install --quiet --disable-pip-version-check -r $<
	@touch $@

book: $(READY) $(if $(NPM),$(ASSETS)) ## build the book; any warning fails
	$(BIN)/jupyter-book build . -W -n --keep-going
	@echo "The book is built. Open _build/html/index.html in a browser."

site: $(ASSETS) $(LITE)/jupyter-lite book $(filter pdf,$(MAKECMDGOALS)) ## the book with notebooks that run in the browser beside it, and a zip of both
	$(LITE)/python site/build_lite.py $(if $(PYODIDE),--pyodide $(PYODIDE))

pdf: book ## the whole book as a PDF, linked from the landing page; needs npm's packages and a Chromium
	$(BIN)/python site/make_pdf.py

# With `make --jobs=2 site test` the first of them run while the site is built.
test: headless $(filter book pdf site,$(MAKECMDGOALS)) ## run every test: labcore, the book's rules, every cell of every notebook, the built pages
	$(BIN)/python -m pytest tests/browser --numprocesses=2 --dist=load

# In one go, so that no core waits for another at the end of the one or of the other.
headless: $(READY) ## the same without the pages in a browser
	$(BIN)/python -m pytest --nbval book/ tests/ --ignore=tests/browser

library: $(READY) ## run the tests of labcore and of the book's rules alone
	$(BIN)/python -m pytest --ignore=tests/browser

browser: $(READY) ## fetch a Chromium for the tests of the built pages, where the system has none
	$(BIN)/python -m playwright install chromium

nbval: $(READY) ## run every cell of every notebook and compare what it prints
	$(BIN)/python -m pytest --nbval book/

# In an environment that is made anew, with the pages in a folder of their own.
lowest: ## tests, notebooks and pages with the lowest versions that requirements.txt and pyproject.toml allow
	$(PYTHON) -m venv --clear _build/lowest
	$(PYTHON) tests/lowest_versions.py > _build/lowest/constraints.txt
	$(LOWEST)/python -m pip install --quiet --disable-pip-version-check -r requirements.txt -c _build/lowest/constraints.txt
	$(LOWEST)/python -m pytest --ignore=tests/browser
	$(LOWEST)/python -m pytest --nbval book/
	$(LOWEST)/jupyter-book build . -W -n --keep-going --path-output _build/lowest

kernels: $(READY) ## run every cell as on older processors (x86 only); KERNELS="Nehalem" names them
	for kernel in $(KERNELS); do OPENBLAS_CORETYPE=$$kernel $(BIN)/python -m pytest --nbval book/ || exit; done

notebooks: $(READY) ## run all chapters and store what they print, after a change to a cell or to labcore
	$(BIN)/python site/run_notebooks.py

reproduce: $(READY) ## measure every row and claim of the reports with 32 seeds (two hours of a core), for chapter 13; it goes on where it was
	OMP_NUM_THREADS=1 OPENBLAS_NUM_THREADS=1 $(BIN)/python -m labcore.experiments.ledger

bench: $(READY) ## time labcore against a loop written out by hand, and other programs where they are installed
	$(BIN)/python tests/benchmarks/step_time.py
	$(BIN)/python tests/benchmarks/compare.py
	test ! -e _build/html/index.html || $(BIN)/python tests/benchmarks/playground_speed.py

controls: $(READY) ## try the control of each claim: a change after which its assert must fail
	$(BIN)/python tests/controls.py

conclusions: $(READY) ## print every verdict of the book, by chapter
	$(BIN)/python tests/conclusions.py

sizes: ## count the lines of labcore, its tests and the scripts of the site
	$(PYTHON) tests/sizes.py

reading-times: ## compute how long each chapter takes to read; tests/reading_times.py --write states it
	$(PYTHON) tests/reading_times.py

lab-kit: $(READY) ## for instructors: the lab's notebooks and what grades them; VARIANT=7 changes data and settings
	$(BIN)/python site/build_lab_kit.py --variant "$(VARIANT)"

lab: $(READY) ## open the chapters in JupyterLab
	$(BIN)/jupyter lab --notebook-dir=book

# Of links, the link goes and not what it leads to. Folders that somebody put beside the book's own are left alone, and
# so is a lab kit: grades may lie in it.
clean: ## delete what was built and installed, and name it; a lab kit stays
	@find . -mindepth 1 -path ./_build/lab-kit -prune -o \( \
		-path './_build/*' -o -path ./_build -type l -o -path ./build -o -path ./.venv -o -path ./.pytest_cache \
		-o -path ./.ruff_cache -o -path ./labcore.egg-info -o -path ./site/node_modules \
		-o \( -path './book/*' -o -path './labcore/*' -o -path './site/*' -o -path './tests/*' \) \
		\( -name __pycache__ -o -name .ipynb_checkpoints \) \
		\) -prune -print -exec rm -rf {} +
	@if [ -d _build/lab-kit ]; then echo "_build/lab-kit stays: grades may lie in it"; else rm -df _build; fi
