# Needs make, bash, Python 3.11 or newer, and a way to a package registry. Nothing else, no compiler.

SHELL := bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:

VENV := .venv
BIN := $(VENV)/bin
export PIP_DISABLE_PIP_VERSION_CHECK := 1
export PIP_ROOT_USER_ACTION := ignore

# On a terminal pip's progress is one line that changes in place, so that its hundreds of lines do not bury what comes
# next, and nothing elsewhere; its errors go past this.
SHOW = awk -v live=$$([ -t 2 ] && echo 1 || echo 0) \
	'live && /^ *(Collecting|Downloading|Building|Installing)/ { printf "\r\033[K%.78s", $$0; fflush() } \
	END { if (live) printf "\r\033[K" }'
INSTALL = $(BIN)/python -m pip install --no-input --progress-bar off --editable

.PHONY: help
help: ## Show this list
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-6s %s\n", $$1, $$2 }' Makefile

.PHONY: run
run: $(VENV)/installed ## Install, fetch the models, index corpus/ and serve the page
	@$(BIN)/report-qa models pull
	@$(BIN)/report-qa index
	@$(BIN)/report-qa serve

.PHONY: test
test: $(VENV)/installed-dev ## Run all tests: unit, faults, integration (embedded models) and browser
	@$(BIN)/report-qa models pull
	@chromium=$$(scripts/find_chromium.sh) && TESTS_CHROMIUM="$$chromium" $(BIN)/python -m pytest $(ARGS)

.PHONY: lint
lint: $(VENV)/installed-dev ## Check style, types and the layers of the package
	$(BIN)/ruff check
	$(BIN)/mypy
	$(BIN)/lint-imports --no-logo

.PHONY: bench
bench: $(VENV)/installed ## Measure accuracy and speed on the test questions, beside a plain pipeline (an hour or more)
	@$(BIN)/report-qa models pull
	@$(BIN)/report-qa index
	@$(BIN)/report-qa eval run tests/data/report_test.jsonl --systems ours,naive

.PHONY: clean
clean: ## Remove the virtual environment and caches; index and models stay
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache build dist
	find src tests scripts -name __pycache__ -type d -prune -exec rm -rf {} +

# The stamps are newer than pyproject.toml as long as what is installed is what it asks for.
$(VENV)/installed: pyproject.toml | $(BIN)/python
	@echo "Installing packages into $(VENV) (2.5 GB on disk, a few minutes the first time)"
	@$(INSTALL) . | $(SHOW)
	@touch $@

$(VENV)/installed-dev: pyproject.toml | $(BIN)/python
	@echo "Installing packages and development tools into $(VENV) (2.5 GB on disk, a few minutes the first time)"
	@$(INSTALL) '.[dev]' | $(SHOW)
	@touch $(VENV)/installed $@

$(BIN)/python:
	@python=$$(scripts/find_python.sh) && "$$python" -m venv $(VENV)
