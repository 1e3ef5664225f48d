# `make run` and `make test` need git, make, python3 (3.11) and python3-venv, nothing else.
PYTHON ?= python3
BIN := .venv/bin

.PHONY: help run test check bench lock clean

help: ## what there is
	@grep -hE '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed 's/:.*## /\t/'

run: .venv/run ## install, fill an empty store with the sample, start everything
	@$(BIN)/cais store migrate
	@$(BIN)/cais store sample || true
	@$(BIN)/cais run

test: .venv/dev ## the whole suite, or ARGS of it, a process for each core
	$(BIN)/python -m pytest -q -n auto --dist loadfile $(ARGS)

check: .venv/dev ## lint, types, import rule, dependencies
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-logo 2>/dev/null || $(BIN)/lint-imports
	$(BIN)/deptry .

bench: .venv/dev ## durable mail a second, beside its baselines
	$(BIN)/python -m tests.bench $(ARGS)

lock: .venv/dev ## refresh the two lock files (needs uv)
	uv pip compile pyproject.toml -p 3.11 --universal --generate-hashes --no-emit-index-url --no-header -o requirements.lock
	uv pip compile pyproject.toml -p 3.11 --universal --generate-hashes --no-emit-index-url --no-header --group dev -o requirements-dev.lock

clean: ## forget the environment (the store in var/ stays)
	rm -rf .venv *.egg-info .mypy_cache .ruff_cache .pytest_cache .import_linter_cache

.venv/run: requirements.lock pyproject.toml
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv
	@echo "Installing what requirements.lock names into .venv (once) ..."
	@$(BIN)/python -m pip install -q --disable-pip-version-check --require-hashes -r requirements.lock
	@$(BIN)/python -m pip install -q --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch .venv/run

.venv/dev: requirements-dev.lock .venv/run
	@$(BIN)/python -m pip install -q --disable-pip-version-check --require-hashes -r requirements-dev.lock
	@touch .venv/dev
