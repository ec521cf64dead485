# make setup   what running needs: .venv (locked, with hashes) and the built pages
# make run     setup, and Opora with everything it needs and a demo company
# make test    setup, every check, every test
# make check   what a machine can see without running anything
# make bench   how fast it is, as ratios; rewrites bench/RESULTS.md
# make lock    choose the versions of everything anew (needs uv)

SHELL := /bin/bash
PYTHON ?= python3
BIN := .venv/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check install --quiet --no-input
RUN_READY := .stamps/run-$(shell cat locks/run.txt pyproject.toml | sha256sum | cut -c1-16)
DEV_READY := .stamps/dev-$(shell cat locks/dev.txt pyproject.toml | sha256sum | cut -c1-16)
MO := src/opora/locale/ru/LC_MESSAGES/django.mo

.DELETE_ON_ERROR:
.PHONY: setup run test check tests bench lock

setup: $(RUN_READY) $(MO)
	@$(BIN)/python tools/build_frontend.py

run: setup
	@exec $(BIN)/opora up --demo

test: setup check tests

check: setup $(DEV_READY)
	@$(BIN)/ruff format --check .
	@$(BIN)/ruff check .
	@$(BIN)/mypy src tests tools bench conftest.py
	@PYTHONPATH=src $(BIN)/lint-imports
	@$(BIN)/djlint src --check --lint --quiet
	@$(BIN)/python tools/messages.py check
	@$(BIN)/python tools/build_frontend.py --check

tests: setup $(DEV_READY)
	@$(BIN)/python tools/find_browser.py --install
	@$(BIN)/pytest -n 2 --dist worksteal

bench: setup $(DEV_READY)
	@$(BIN)/python -m bench

lock:
	uv pip compile --universal --generate-hashes --no-emit-index-url --python-version 3.11 \
	  --group pyproject.toml:build pyproject.toml --upgrade -o locks/run.txt
	uv pip compile --universal --generate-hashes --no-emit-index-url --python-version 3.11 \
	  --group dev --group build -c locks/run.txt pyproject.toml --upgrade -o locks/dev.txt
	uv pip compile --universal --generate-hashes --no-emit-index-url --python-version 3.11 \
	  --group node --upgrade -o locks/node.txt

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed.")'
	@$(PYTHON) -m venv .venv

$(RUN_READY): | $(BIN)/python
	@echo "Installing what Opora needs to run; the first time takes a minute."
	@$(PIP) --require-hashes -r locks/run.txt
	@$(PIP) --no-deps --no-build-isolation -e .
	@mkdir -p .stamps && rm -f .stamps/run-* && touch $@

$(DEV_READY): | $(RUN_READY)
	@echo "Installing what the checks and tests need."
	@$(PIP) --require-hashes -r locks/dev.txt
	@mkdir -p .stamps && rm -f .stamps/dev-* && touch $@

$(MO): $(wildcard src/opora/locale/*/LC_MESSAGES/*.po) | $(RUN_READY)
	@$(BIN)/python tools/messages.py compile
