# `make demo` and `make test` are all that a fresh machine needs (Debian 12: python3 python3-venv make git).
.DEFAULT_GOAL := help
PYTHON ?= python3
BIN := .venv/bin

.PHONY: help demo test test-full lint bench docs lock clean

help: ## this list
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-10s %s\n", $$1, $$2}'

.venv/installed: requirements.lock pyproject.toml
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	$(BIN)/python -m compileall -q harvester
	@touch $@

.venv/installed-dev: .venv/installed requirements-dev.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.lock
	@touch $@

demo: .venv/installed ## the whole job on a built-in sandbox: harvest, index, listing
	$(BIN)/harvester demo

lint: .venv/installed-dev ## style, types, import contracts, dependencies, generated docs
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy
	PYTHONPATH=. $(BIN)/lint-imports
	$(BIN)/deptry .
	PYTHONPATH=. $(BIN)/cog --check README.md docs/*.md

test: lint ## lint, types, import contracts, tests
	$(BIN)/python -m pytest --numprocesses auto --maxprocesses 8 --dist worksteal

test-full: lint ## everything, with the long tests
	$(BIN)/python -m pytest --numprocesses auto --maxprocesses 8 --dist worksteal --run-slow

docs: .venv/installed-dev ## make the generated parts of the documentation anew
	PYTHONPATH=. $(BIN)/cog -r README.md docs/*.md

bench: .venv/installed-dev ## ratios to the floor, measured in one run
	$(BIN)/python benchmarks/oai_pmh.py

lock: .venv/installed ## pin versions and hashes anew
	$(BIN)/python -m pip install --quiet --disable-pip-version-check uv
	$(BIN)/uv pip compile pyproject.toml --group build $(LOCK) --output-file requirements.lock
	$(BIN)/uv pip compile pyproject.toml --group build --group dev $(LOCK) --constraint requirements.lock --output-file requirements-dev.lock
LOCK := --quiet --upgrade --universal --python-version 3.11 --generate-hashes --no-header --no-annotate

clean: ## remove what make made
	rm -rf .venv demo dist
