# The two commands are `make run` and `make test`; both set up what they need and are quick the second time.
# Override: PYTHON=python3.12, PORT=8502.

PYTHON ?= $(shell for p in python3.13 python3.12 python3.11 python3; do command -v $$p >/dev/null && $$p -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))' 2>/dev/null && echo $$p && break; done)
PORT ?= 8501
BIN := .venv/bin

.PHONY: run test format demo-bundle bench bench-ingest bench-reopening bench-mining bench-training bench-guess bench-reading bench-recommend bench-hybrid bench-service bench-language bench-ui screenshots clean

run: .venv/runtime
	@echo "seqrec runs at http://127.0.0.1:$(PORT) - end it with Ctrl-C"
	@$(BIN)/python -m pages.shared.serve --server.port $(PORT)

test: .venv/development
	@$(BIN)/ruff format --check .
	@$(BIN)/ruff check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports
	@$(BIN)/python -m tests.browser.install
	@$(BIN)/coverage erase
	@$(BIN)/coverage run -m pytest --numprocesses 2 --dist loadfile
	@$(BIN)/coverage combine --quiet
	@$(BIN)/coverage report

format: .venv/development
	@$(BIN)/ruff format .
	@$(BIN)/ruff check --fix .

bench: bench-ingest bench-reopening bench-mining bench-training bench-guess bench-reading bench-recommend bench-service bench-language bench-ui

bench-ingest: .venv/bench
	@$(BIN)/python -m benchmarks.ingest

bench-reopening: .venv/development
	@$(BIN)/python -m tests.browser.install
	@$(BIN)/python -m benchmarks.reopening

bench-mining: .venv/bench
	@$(BIN)/python -m benchmarks.mining
	@$(BIN)/python -m benchmarks.sequences
	@$(BIN)/python -m benchmarks.growth
	@$(BIN)/python -m benchmarks.spark
	@$(BIN)/python -m benchmarks.itemsets

bench-training: .venv/runtime
	@$(BIN)/python -m benchmarks.training

bench-reading: .venv/runtime
	@$(BIN)/python -m benchmarks.reading

bench-guess: .venv/runtime
	@$(BIN)/python -m benchmarks.guess

bench-recommend: .venv/runtime
	@$(BIN)/python -m benchmarks.recommend
	@$(BIN)/python -m benchmarks.asking
	@$(BIN)/python -m benchmarks.lists
	@$(BIN)/python -m benchmarks.many_users

# RUN=folder of a finished run on ml-1m; without it one is trained, which takes 40 minutes.
bench-hybrid: .venv/runtime
	@$(BIN)/python -m benchmarks.hybrid $(if $(RUN),--run $(RUN))

bench-service: .venv/runtime
	@$(BIN)/python -m benchmarks.service

bench-ui: .venv/development
	@$(BIN)/python -m tests.browser.install
	@$(BIN)/python -m benchmarks.ui

# The finished run that "Open demo" shows; make it again when the engine or its presets change.
demo-bundle: .venv/runtime
	@$(BIN)/python -m seqrec.demo.make_bundle

bench-language: .venv/runtime
	@$(BIN)/python -m benchmarks.language
	@$(BIN)/python -m benchmarks.interest_label

screenshots: .venv/development
	@$(BIN)/python -m tests.browser.install
	@$(BIN)/python -m tests.browser.screenshots

clean:
	rm -rf .venv .mypy_cache .ruff_cache .pytest_cache .hypothesis .coverage .coverage.*

.venv/bin/python:
	@test -n "$(PYTHON)" || { echo "seqrec needs Python 3.11, 3.12 or 3.13, and none is on the path: install one (Debian: apt-get install python3 python3-venv)"; exit 1; }
	@$(PYTHON) -c 'import ensurepip' 2>/dev/null || { echo "$(PYTHON) cannot make virtual environments: install its venv module (Debian: apt-get install python3-venv)"; exit 1; }
	@$(PYTHON) -m venv .venv

.venv/runtime: requirements.txt | .venv/bin/python
	@echo "Installing requirements.txt (several minutes the first time)"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements.txt || { echo "The packages could not be installed: check the network and the disk, then run the command again"; exit 1; }
	@$(BIN)/python -m seqrec.mining.warm_up
	@$(BIN)/python -m seqrec.log.warm_up
	@touch $@

.venv/development: requirements-dev.txt requirements-wandb.txt .venv/runtime
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements-dev.txt || { echo "The test packages could not be installed: check the network and the disk, then run the command again"; exit 1; }
	@touch $@

.venv/bench: requirements-bench.txt .venv/development
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements-bench.txt
	@touch $@
