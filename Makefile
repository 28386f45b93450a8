# The two commands of the README, and the few that go with them.
# VENV, DATA, PORT and BASE may be set on the command line: `make demo PORT=8080`.

PYTHON ?= python3
VENV ?= .venv
DATA ?= .demo
BASE ?= main
PORT ?= 8000
BIN := $(VENV)/bin
NEWSEARCH := $(BIN)/newsearch --data-dir $(DATA)

.PHONY: demo test quick quick-types quick-tests coverage bench dist site check format install clean

# --- use -----------------------------------------------------------------------------------------

demo: $(VENV)/.installed  ## index the sample corpus, answer two queries, serve the API
	$(NEWSEARCH) index seeds
	@echo; echo '--- keyword query: Putin Nordkorea'
	$(NEWSEARCH) search 'Putin Nordkorea' --limit 3
	@echo; echo '--- question: Wann war der russische Präsident zuletzt in Nordkorea?'
	$(NEWSEARCH) search 'Wann war der russische Präsident zuletzt in Nordkorea?' --limit 3
	@echo; echo '--- the API, until Ctrl-C'
	$(NEWSEARCH) serve --port $(PORT)

install: $(VENV)/.installed  ## only what is needed to use newsearch

$(VENV)/.installed: pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable .
	@touch $@

# --- develop -------------------------------------------------------------------------------------

test: check  ## format check, lint, types, layers, all tests; PYTEST='--random-order' adds options
	$(BIN)/pytest -n 2 --dist loadfile $(PYTEST)

# What differs from BASE: committed on this branch or not, and new files.
CHANGED = $(sort $(shell git diff --name-only --diff-filter=d \
	$$(git merge-base HEAD $(BASE) 2>/dev/null || echo HEAD) -- '*.py'; \
	git ls-files --others --exclude-standard -- '*.py'))

quick: $(VENV)/.developing  ## format check, lint, types of what changed, most unit and property tests
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(MAKE) --no-print-directory --jobs=2 --output-sync=target quick-types quick-tests

quick-types:
	$(if $(CHANGED),$(BIN)/mypy $(CHANGED))

quick-tests:
	$(BIN)/pytest -n 2 -q -m 'not long' tests/unit tests/property

coverage: $(VENV)/.developing  ## all tests, and which lines none of them runs
	$(BIN)/pytest -n 2 --dist loadfile --cov --cov-report=term --cov-report=html:.coverage-html $(PYTEST)

check: $(VENV)/.developing
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports

bench: $(VENV)/.developing  ## newsearch compared with other engines; part by part, see tests/bench/bench.py
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -r tests/bench/requirements-bench.txt
	$(BIN)/python tests/bench/bench.py $(BENCH)

site: $(VENV)/.developing  ## the documentation as a static site, in site/, with links checked
	NO_MKDOCS_2_WARNING=1 $(BIN)/mkdocs build --strict

dist: $(VENV)/.developing  ## the wheel and the sdist, in dist/
	$(BIN)/python -m build

format: $(VENV)/.developing
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

$(VENV)/.developing: pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[dev]'
	@touch $@ $(VENV)/.installed

clean:
	rm -rf $(VENV) $(DATA) dist site .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache \
		.coverage .coverage.* .coverage-html
