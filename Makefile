# Needs a Python of at least 3.11 and make; everything else comes hash-checked from the two lock files.
# A second run installs nothing. `make demo PYTHON=/path/to/python` chooses the interpreter, ARGS="…" passes options on.

VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check --no-input -qq
RUN_READY := $(VENV)/.ready-to-run
TEST_READY := $(VENV)/.ready-to-test
LOCK := $(BIN)/uv pip compile pyproject.toml --quiet --universal --python-version 3.11 --generate-hashes \
	--custom-compile-command "make lock" --extra postgres --extra web --extra xlsx --group build

.DEFAULT_GOAL := help
.PHONY: help demo test check lock bench format picture screens clean
.DELETE_ON_ERROR:

help:  ## what can be made
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "make %-8s %s\n", $$1, $$2 }' Makefile

demo: $(RUN_READY)  ## a synthetic hub, its reports up to now and the team's summary
	$(BIN)/mash-monitor demo $(ARGS)

test: $(TEST_READY)  ## every test but the benchmarks, with branch coverage
	$(BIN)/python -m pytest -n 3 --dist worksteal --cov --cov-report=term $(ARGS)

check: $(TEST_READY)  ## lint, format, types, and which room may import which
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

bench: $(TEST_READY)  ## speed and memory, as a table of ratios
	$(BIN)/python -m pytest tests/bench -m bench --timeout=0 -s $(ARGS)

format: $(TEST_READY)  ## rewrite the code in the project's style
	$(BIN)/ruff check --fix-only .
	$(BIN)/ruff format .

picture: $(RUN_READY)  ## the README's picture of the summary, drawn anew from the demo
	$(BIN)/python docs/picture.py

screens: $(TEST_READY)  ## the pictures of the board, drawn anew from the demo by /usr/bin/chromium
	$(BIN)/python docs/screens.py

lock: $(TEST_READY)  ## write both lock files anew (ARGS=--upgrade: with the newest versions)
	$(LOCK) $(ARGS) --output-file requirements.lock
	$(LOCK) $(ARGS) --extra test --constraint requirements.lock --output-file tests/requirements.lock

clean:  ## remove what make made; databases stay
	rm -rf $(VENV) build dist htmlcov .coverage .coverage.* .hypothesis .import_linter_cache .mypy_cache .pytest_cache .ruff_cache
	find mash_monitor tests -name __pycache__ -type d -prune -exec rm -rf {} +

$(RUN_READY): requirements.lock pyproject.toml $(BIN)/python
	@echo "Installing what mash-monitor runs on into $(VENV) (a minute on the first run)"
	@$(PIP) install --require-hashes -r requirements.lock
	@$(PIP) install --no-deps --no-build-isolation --editable .
	@touch $@

$(TEST_READY): tests/requirements.lock $(RUN_READY)
	@echo "Installing what tests and checks need into $(VENV)"
	@$(PIP) install --require-hashes -r tests/requirements.lock
	@touch $@

# A name on PATH says little: a version manager's shim may stand there and refuse to run. Each candidate is tried.
$(BIN)/python:
	@without_pip=; \
	for python in $(or $(PYTHON),python3.13 python3.12 python3.11 python3 python); do \
	  "$$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1 || continue; \
	  "$$python" -c 'import ensurepip, venv' >/dev/null 2>&1 || { without_pip="$$without_pip $$python"; continue; }; \
	  echo "Making $(VENV) with $$("$$python" --version)"; \
	  "$$python" -m venv --clear $(VENV) && exit 0; \
	  rm -rf $(VENV); exit 1; \
	done; \
	if [ -n "$$without_pip" ]; then \
	  echo "make: found$$without_pip, but it cannot make a virtual environment: its ensurepip is missing." >&2; \
	  echo "      On Debian and Ubuntu: apt-get install python3-venv. Or choose another: make PYTHON=/path/to/python" >&2; \
	else \
	  echo "make: no Python 3.11 or newer that runs$(if $(PYTHON), at $(PYTHON)). Install one, or: make PYTHON=/path/to/python" >&2; \
	fi; exit 1
