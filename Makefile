# Everything a person or CI does here. `make` alone lists it.
.DEFAULT_GOAL := help
.PHONY: help setup run test test-kill test-payloads test-sync-long test-sync-defects
.PHONY: lint lint-style lint-format lint-types lint-imports lint-bridge format bench screenshots clean

BIN := .venv/bin
PYTHON_SOURCES := benchmarks inbox_app local_cache resources simulator sync_backend tests ui wire

help: ## this list
	@awk -F':.*## ' '/^[a-z-]+:.*## / {printf "  make %-12s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

setup: ## install what is missing to work on the project: .venv, Debian packages, Node modules
	@scripts/bootstrap test
	@echo "Ready. \`make run\` starts the demo, \`make test\` runs the tests, \`make lint\` the static checks."

run: ## the demo: backend, simulator and desktop client, with live traffic
	@scripts/run-demo

test: ## the whole test suite, headless
	@scripts/run-tests

test-kill: $(BIN)/python ## kill -9 client and server at chosen moments, 50 rounds of each kind (about 20 minutes)
	@$(BIN)/python -m tests.faults --rounds 50
	@$(BIN)/python -m tests.faults.imports --rounds 50

test-payloads: $(BIN)/python ## 10,000 payloads of both providers, spoilt: none breaks a webhook, no good element is lost (minutes)
	@$(BIN)/python -m tests.sync_backend.ingest.mutating --examples 10000

test-sync-long: $(BIN)/python ## 20,000 plays of 100 steps of the whole sync (hours; each play is its seed's)
	@$(BIN)/python -m tests.sync.run --runs 20000 --steps 142

test-sync-defects: $(BIN)/python ## plant one defect after another into the sync, and show that the plays catch each
	@$(BIN)/python -m tests.sync.defects

test-sends: $(BIN)/python ## 1,000 sends through a Meta that fails one in five: its ledger and ours agree (minutes)
	@$(BIN)/python -m tests.sync_backend.sending.faulty --sends 1000

lint: lint-style lint-format lint-types lint-imports lint-bridge ## the static checks (CI and pre-commit run the same)

lint-style: $(BIN)/ruff
	@$(BIN)/ruff check --quiet $(PYTHON_SOURCES)

lint-format: $(BIN)/ruff
	@$(BIN)/ruff format --quiet --check $(PYTHON_SOURCES)

lint-types: $(BIN)/mypy
	@$(BIN)/mypy --no-error-summary

lint-imports: $(BIN)/lint-imports
	@$(BIN)/lint-imports --no-logo

lint-bridge: node_bridge/node_modules/.bootstrap
	@PATH="$$PWD/.tools/bin:$$PATH" npm run --silent --no-update-notifier lint --prefix node_bridge

node_bridge/node_modules/.bootstrap: node_bridge/package.json node_bridge/package-lock.json
	@scripts/bootstrap test
	@touch $@

$(BIN)/%: requirements.lock pyproject.toml
	@scripts/bootstrap run
	@touch -c $@

format: $(BIN)/ruff node_bridge/node_modules/.bootstrap ## rewrite the code as `make lint` wants it, where a machine can
	@$(BIN)/ruff check --quiet --fix $(PYTHON_SOURCES)
	@$(BIN)/ruff format $(PYTHON_SOURCES)
	@PATH="$$PWD/.tools/bin:$$PATH" npm run --silent format --prefix node_bridge

bench: $(BIN)/python ## the measured goals, each ratio beside its goal
	@$(BIN)/python -m benchmarks

screenshots: $(BIN)/python ## the pictures of README and docs, taken anew
	@scripts/screenshots

clean: ## remove what building and testing left (not .venv, .tools and the Node modules)
	rm -rf build dist .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis .demo
	rm -f demo-report.json demo-screenshot.png
	find . -name __pycache__ -not -path './.venv/*' -not -path './.tools/*' -prune -exec rm -rf {} +
