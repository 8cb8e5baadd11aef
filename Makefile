# Two commands, each complete on a machine with Python 3.11+ (with venv) and make:
#   make run     the answer: locomotive scenarios side by side
#   make test    style, types, contracts, dependencies, tests
PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
PIP    := $(BIN)/python -m pip --disable-pip-version-check --quiet
PROJECT := pyproject.toml README.md LICENSE

.PHONY: run test lint types contracts tests validity dossier audit benchmarks check calibration docs wheel lock clean help

help: ## show this list
	@awk -F':.*## ' '/^[a-z]+:.*## /{printf "  make %-10s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

run: $(VENV)/.run ## does the corridor carry 10 Mt in 2027? (ARGS="--replications 20" passes on)
	$(BIN)/corridorsim answer $(ARGS)

test: lint types contracts tests ## everything that must hold

lint: $(VENV)/.dev ## style
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: $(VENV)/.dev ## static types
	$(BIN)/mypy

contracts: $(VENV)/.dev ## who may import whom, and that each dependency is used and named
	$(BIN)/lint-imports --no-cache
	$(BIN)/deptry corridorsim

tests: $(VENV)/.dev ## tests (ARGS="-k store" passes on)
	$(BIN)/python -m pytest -n auto $(ARGS)

validity: $(VENV)/.dev ## the long tests: theory, laws, fuzzing, faults, lines with loops
	CORRIDORSIM_LONG=1 $(BIN)/python -m pytest -n auto $(LONG) $(ARGS)

# the longest first, so that no worker ends long after the other
LONG := tests/engine/test_loops_safe.py tests/theory tests/engine/test_interlocking.py \
	tests/laws tests/abuse tests/faults tests/capacity

dossier: $(VENV)/.dev ## make the records in docs/validity/ and docs/validity.md anew
	$(BIN)/python -m tests.theory
	$(BIN)/python -m tests.laws
	$(BIN)/python -m tests.abuse.record
	$(BIN)/python -m tests.faults.record
	$(BIN)/python docs/validity/line_capacity.py
	$(BIN)/python docs/validity/loops_effect.py
	$(BIN)/corridorsim sensitivity baseline --with horizon/2027 --trajectories 4 --replications 1
	cp "$$(ls -td results/sensitivity-morris-baseline_2027-*/ | head -1)sensitivity.csv" docs/validity/effects.csv
	$(BIN)/python docs/make_validity.py

benchmarks: $(VENV)/.dev ## measure the kernel and write benchmarks/RESULTS.md (takes long; others need the extra `benchmarks`)
	$(BIN)/python -m benchmarks.corridor60 $(ARGS)
	$(BIN)/python -m benchmarks.baseline
	$(BIN)/python -m benchmarks.startup
	$(BIN)/python -m benchmarks.synthetic
	$(BIN)/python -m benchmarks.cluster

audit: $(VENV)/.dev ## known holes in the locked packages (needs the network: what cannot be looked up is an error)
	$(PIP) install pip-audit
	$(BIN)/pip-audit --strict --require-hashes --disable-pip -r requirements.lock

check: $(VENV)/.run ## is the baseline still what checks/baseline.yaml says? (ARGS='--update --reason "..."' stores it anew)
	$(BIN)/corridorsim check baseline --against checks/baseline.yaml $(ARGS)

calibration: $(VENV)/.run ## make scenarios/middle_corridor/CALIBRATION.md anew
	$(BIN)/python benchmarks/calibration.py $(ARGS)

docs: $(VENV)/.dev ## the documentation as a site, in site/
	for made in docs/make_*.py; do $(BIN)/python $$made || exit 1; done
	$(BIN)/python -m sphinx -W --keep-going -q -b html docs site

wheel: $(VENV)/.dev ## build the wheel into dist/
	$(BIN)/python -m build --wheel --no-isolation --outdir dist

# --- environment: made once, renewed when a lock or the project's own declaration changes -----------------------------

$(VENV)/.made:
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed")'
	$(PYTHON) -m venv $(VENV)
	@touch $@

$(VENV)/.run: $(VENV)/.made requirements.lock $(PROJECT)
	$(PIP) install --require-hashes -r requirements.lock
	$(PIP) install --no-deps --no-build-isolation --editable .
	@touch $@

$(VENV)/.dev: $(VENV)/.run requirements-dev.lock
	$(PIP) install --require-hashes -r requirements-dev.lock
	@touch $@

lock: ## renew both locks (needs pip-tools; run under the oldest supported Python)
	pip-compile $(LOCK) --extra build --output-file requirements.lock pyproject.toml
	pip-compile $(LOCK) --extra build --extra dev --extra distributed --extra sensitivity --constraint requirements.lock --output-file requirements-dev.lock pyproject.toml

LOCK := --quiet --upgrade --generate-hashes --strip-extras --no-header \
	--no-emit-index-url --no-emit-trusted-host --no-emit-find-links --no-emit-options --allow-unsafe

clean: ## remove environment, caches and builds; results stay
	rm -rf $(VENV) dist build site .mypy_cache .ruff_cache .pytest_cache .hypothesis
