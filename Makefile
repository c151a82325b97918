# Every target sets up .venv by itself, from requirements.lock; all that has to be there is Python 3.11 and pip.
# Another Python: make test PYTHON=/path/to/python3.12     Some tests: make test ARGS="tests/diff -k typo"
# The same tests on PostgreSQL, with a server of their own: make test DATABASE=postgresql
# Tests run in JOBS processes, a file at a time in each, slow ones first; JOBS=0 is for a debugger.

PYTHON ?= python3
ARGS ?=
DATABASE ?=
JOBS ?= 3
PYTEST := pytest -n $(JOBS) --dist loadfile --no-loadscope-reorder
BIN := .venv/bin
INSTALLED := .venv/.installed
COMPILE := $(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
	--no-header --no-annotate --no-emit-index-url --no-emit-find-links

.PHONY: help install demo test check format bench docs lock clean
.DEFAULT_GOAL := help

help:  ## What there is
	@sed -n 's/^\([a-z]*\):.*  ## \(.*\)/  make \1\t\2/p' $(MAKEFILE_LIST) | expand -t 16

$(INSTALLED): requirements.lock pyproject.toml
	@PYTHON="$(PYTHON)" sh .ci/environment

install: $(INSTALLED)  ## Set up .venv, and say what comes next
	@echo "Next: $(BIN)/nieuwswacht init    (with $(BIN) on your PATH: nieuwswacht init)"

demo: $(INSTALLED)  ## The whole job in a minute, offline: crawl, edits, recrawl, a digest in ./demo
	@$(BIN)/nieuwswacht demo $(ARGS)

test: $(INSTALLED)  ## The test suite
	@$(if $(DATABASE),.ci/$(DATABASE)) $(BIN)/$(PYTEST) $(ARGS)

check: $(INSTALLED)  ## Everything that must be green: format, lint, types, import contracts, tests
	@failed=; \
	for step in "ruff format --check" "ruff check" mypy lint-imports "$(PYTEST)"; do \
		echo "== $$step"; $(BIN)/$$step || failed="$$failed [$$step]"; \
	done; \
	if [ -n "$$failed" ]; then echo "== red:$$failed"; exit 1; fi; echo "== all green"

format: $(INSTALLED)  ## Bring the code into shape
	@$(BIN)/ruff format && $(BIN)/ruff check --fix

bench: $(INSTALLED)  ## Measure, beside other monitors; under 15 minutes; ARGS="--only rhythm" for one table
	@$(BIN)/python -m bench $(ARGS)

docs: $(INSTALLED)  ## Write docs/reference anew, from what the code says and what commands print
	@$(BIN)/python -m docs.reference.make && $(BIN)/pytest tests/cli/test_json_reference.py --update-goldens

lock:  ## Pin what pyproject.toml asks for: requirements.lock (all), requirements.txt (to run); ARGS=--upgrade: the newest
	@[ -x $(BIN)/uv ] || { $(PYTHON) -m venv .venv && $(BIN)/python -m pip install --quiet --disable-pip-version-check uv; }
	@$(COMPILE) $(ARGS) --all-extras pyproject.toml -o requirements.lock
	@$(COMPILE) --constraints requirements.lock pyproject.toml -o requirements.txt

clean:  ## Remove what can be made again
	rm -rf .venv .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis dist *.egg-info
