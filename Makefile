# Everything a newcomer or the CI runs. A machine needs python3 (3.11 or newer) with venv, and nothing else;
# the tests also play videos in Chromium, which root on Debian gets by itself.

PYTHON ?= python3
BIN := .venv/bin
TEST_JOBS ?= 2
export VIDEO REQUEST

.PHONY: demo test check bench gallery clean

# A sample video that the program makes itself, or VIDEO=path REQUEST="...": edited, rendered and checked.
demo: .venv/installed-demo
	@$(BIN)/cuttingroom demo $${VIDEO:+--video "$$VIDEO"} $${REQUEST:+--request "$$REQUEST"}

test: .venv/installed-test
	@$(BIN)/python tests/browser.py
	$(BIN)/python -m pytest -n $(TEST_JOBS) --dist loadfile

check: .venv/installed-check
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/pyright
	$(BIN)/lint-imports
	$(BIN)/python -m pytest tests/test_rules.py

bench: .venv/installed-test
	$(BIN)/python -m benchmarks

# Pictures of every effect, transition, title and caption preset, for docs/gallery.md.
gallery: .venv/installed-demo
	$(BIN)/python -m gallery

clean:
	rm -rf .venv demo-output

# The stamps make a second run quick; a change of the dependencies installs again.
.venv/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed: make PYTHON=python3.11")'
	$(PYTHON) -m venv .venv

.venv/installed-demo: pyproject.toml | .venv/bin/python
	@echo "Installing what Cuttingroom needs into .venv (once) ..."
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -e ".[espeak]"
	@touch $@

.venv/installed-test: pyproject.toml | .venv/bin/python
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -e ".[test]"
	@touch $@ .venv/installed-demo

.venv/installed-check: pyproject.toml | .venv/bin/python
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -e ".[test,check]"
	@touch $@ .venv/installed-test .venv/installed-demo
