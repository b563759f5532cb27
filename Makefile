# From a fresh clone: `make run` starts the hub, `make test` proves it.
PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
PIP    := $(BIN)/python -m pip --disable-pip-version-check --quiet

.PHONY: help run test lint messy bench bench-long second-opinion fuzz lock clean
.DEFAULT_GOAL := help

help: ## what can be asked of make
	@grep -E '^[a-z-]+:.*##' Makefile | sed 's/:.*##/ —/'

# One stamp a lock file: packages are installed again only when the lock changes.
$(VENV)/.installed: requirements.lock pyproject.toml
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@echo "Cài gói / installing packages (requirements.lock) …"
	@$(PIP) install --no-deps --require-hashes -r requirements.lock
	@$(PIP) install --no-deps --no-build-isolation --editable .
	@touch $@

$(VENV)/.installed-dev: requirements-dev.lock $(VENV)/.installed
	@echo "Cài gói kiểm thử / installing test packages (requirements-dev.lock) …"
	@$(PIP) install --no-deps --require-hashes -r requirements-dev.lock
	@touch $@

run: $(VENV)/.installed ## start the hub with the demonstration province
	@$(BIN)/hub up

test: $(VENV)/.installed-dev ## all tests
	@$(BIN)/python -m pytest -n 2 --dist loadfile

lint: $(VENV)/.installed-dev ## style, types, direction of imports, contracts
	@$(BIN)/ruff check . && $(BIN)/ruff format --check . && $(BIN)/mypy && $(BIN)/lint-imports && $(BIN)/hub contracts lint

messy: $(VENV)/.installed-dev ## how truly files are read, by the public collections in ../shared (where they are)
	@test -d ../shared/messy || { echo "../shared is not here: skipped"; exit 0; }; \
	for set in survey pollock; do echo "$$set"; $(BIN)/python ../shared/messy/score_tables.py ../shared/messy/$$set --list 3; done; \
	$(BIN)/python ../shared/gold/score_sheets.py

# The peers live in an environment of their own, never in the hub's.
$(VENV)/peers/.installed: requirements-bench.lock $(VENV)/.installed
	@echo "Cài gói để so sánh / installing the peers (requirements-bench.lock) …"
	@test -x $(VENV)/peers/bin/python || $(PYTHON) -m venv $(VENV)/peers
	@$(VENV)/peers/bin/python -m pip --disable-pip-version-check --quiet install --no-deps --require-hashes -r requirements-bench.lock
	@touch $@

bench: $(VENV)/.installed-dev $(VENV)/peers/.installed ## how fast, against floors and peers (within 15 minutes); writes build/bench.json
	@$(BIN)/python -m tests.bench --json build/bench.json

bench-long: $(VENV)/.installed-dev $(VENV)/peers/.installed ## the same at full size: 50 million rows, 18,720 files, peers
	@$(BIN)/python -m tests.bench --long --json build/bench-long.json

second-opinion: $(VENV)/.installed-dev ## every cell that LibreOffice can open, too, compared with ours
	@$(BIN)/python -m tests.second_opinion

MINUTES ?= 30
fuzz: $(VENV)/.installed-dev ## half an hour of broken files for the readers (MINUTES=30)
	@$(BIN)/python -m tests.fuzz --minutes $(MINUTES)

lock: ## pin every package anew, with hashes and without any index's address
	uv pip compile pyproject.toml --group build --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header -q -o requirements.lock
	uv pip compile pyproject.toml --group dev -c requirements.lock --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header -q -o requirements-dev.lock
	uv pip compile --group bench --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header -q -o requirements-bench.lock

clean: ## forget the environment (what the hub keeps under data/store stays)
	rm -rf $(VENV)
