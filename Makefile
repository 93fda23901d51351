# Everything from a fresh machine with Python 3.10 or later and Node 20: each target sets itself up.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
ARGS ?=

SHARED := $(wildcard jupyterlab_preflight/bootstrap/*.json jupyterlab_preflight/sources/*.json)
SOURCES := $(shell find jupyterlab_preflight -name '*.py' -o -name '*.sh') $(SHARED)
FRONT := $(shell find src style schema -type f -not -path '*/__tests__/*') package.json tsconfig.json $(SHARED)
BUNDLE := jupyterlab_preflight/labextension/static/style.js

.PHONY: demo test test-all bench lint types unit kernel browser setup clean

demo: $(VENV)/.installed  ## the main job on an example; ARGS=--once ends after the training
	$(BIN)/python -m examples.demo $(ARGS)

test: lint types unit kernel browser  ## lint, types, jest, pytest and a real browser

test-all: test  ## and the slow matrices
	$(BIN)/python -m pytest -m slow
	bash ui-tests/run.sh --grep @slow
	PYTHON=$(PYTHON) bash ui-tests/labs.sh

bench: $(VENV)/.installed  ## side by side against wget, curl, bsdtar and aria2c
	$(BIN)/python -m benchmarks $(ARGS)

setup: $(VENV)/.installed

lint: $(VENV)/.installed
	npm run lint
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: $(VENV)/.installed
	$(BIN)/mypy

unit: node_modules/.package-lock.json
	npm test

kernel: $(VENV)/.installed
	$(BIN)/python -m pytest -n 3 -m "not slow"

browser: $(VENV)/.installed
	bash ui-tests/run.sh --grep-invert @slow

node_modules/.package-lock.json: package.json package-lock.json .npmrc
	npm ci --no-progress
	@touch $@

$(BUNDLE): node_modules/.package-lock.json $(FRONT)
	npm run build:prod
	@touch $@

$(VENV)/bin/python:
	$(PYTHON) -m venv $(VENV)

$(VENV)/.installed: $(VENV)/bin/python $(BUNDLE) pyproject.toml $(SOURCES)
	$(BIN)/python -m pip install -q --disable-pip-version-check ".[test]"
	@touch $@

clean:
	rm -rf $(VENV) .venv-lab node_modules lib jupyterlab_preflight/labextension .demo
