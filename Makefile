# Every target works from a bare checkout with Python 3.11+ and a package registry.
PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
SCENARIOS ?= 2000
KILLS  ?= 200
SEED   ?= 1
UV     := $(shell command -v uv 2>/dev/null)

ifdef UV
INSTALL = uv pip install --quiet --compile-bytecode --python $(BIN)/python
else
INSTALL = $(BIN)/python -m pip install --quiet --disable-pip-version-check
endif

BENCH  ?=

.PHONY: fuzz recipes versions lowest coverage mutants audit sbom
.PHONY: help demo test suite package docs bench chaos lint format templates clean

help: ## This list
	@grep -E '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 12

demo: $(VENV)/.runtime ## A sample launch against the built-in simulator, with a report to open
	@$(BIN)/bulkportal demo sample_data/good_launch/launch.xlsx --data sample_data/good_launch/remote.json

# Style and types are looked at while the tests begin: alone they leave a processor idle.
test: $(VENV)/.dev ## Everything that CI runs
	@$(MAKE) --no-print-directory --jobs 2 lint suite

suite: $(VENV)/.dev
	@$(BIN)/python -m pytest -n auto --dist loadfile --no-loadscope-reorder

bench: $(VENV)/.dev .peers/.ready ## What things take: requests, memory, time (BENCH="export" for one of them)
	@$(BIN)/python benchmarks/run.py $(BENCH)

chaos: $(VENV)/.dev ## Everything that can break, at every write, and a table of what it cost (minutes)
	@$(BIN)/python benchmarks/chaos.py --scenarios $(SCENARIOS) --seed $(SEED) --kill $(KILLS)

fuzz: $(VENV)/.dev ## Damaged files of every kind for SECONDS (60), read: nothing may escape
	@$(BIN)/python -m tests.sheets.fuzz $(or $(SECONDS),60) $(SEED)
	@$(BIN)/python -m tests.sheets.guided $(or $(SECONDS),60)

recipes: $(VENV)/.dev .recipes/airflow .recipes/prefect .recipes/dagster ## The recipes for orchestrators, each run by its own (minutes)
	@BULKPORTAL_RECIPES=.recipes $(BIN)/python -m pytest -rA tests/docs/test_recipes.py --timeout 1800

.recipes/airflow: PACKAGES = apache-airflow==3.3.2
.recipes/prefect: PACKAGES = prefect==3.8.8 fastapi==0.139.0
.recipes/dagster: PACKAGES = dagster==1.13.29
.recipes/%: | $(BIN)/python
	@echo 'Setting up $@ (once) ...'
	@$(PYTHON) -m venv $@
	@$@/bin/python -m pip install --quiet --disable-pip-version-check $(PACKAGES) || { rm -rf $@; exit 1; }

# What the benches compare with, in an environment of its own: pandas beside pandera changes what pandera takes.
.peers/.ready:
	@echo 'Setting up .peers (once) ...'
	@$(PYTHON) -m venv .peers
	@.peers/bin/python -m pip install --quiet --disable-pip-version-check pandas==3.1.1 openpyxl==3.1.5 frictionless==5.21.0
	@touch $@

package: ## The sdist and the wheel, built once, and the wheel tried where nothing else is: the tutorial as written, in an empty folder and home
	@rm -rf dist && scratch=$$(mktemp -d) && trap 'rm -rf "$$scratch"' EXIT \
	  && $(PYTHON) -m venv "$$scratch/build" && bin="$$scratch/build/bin" \
	  && "$$bin/python" -m pip install --quiet --disable-pip-version-check -c constraints.txt build hatchling \
	  && "$$bin/python" -m build --no-isolation --outdir dist . >/dev/null \
	  && "$$bin/python" -m build --no-isolation --wheel --outdir "$$scratch/checkout" . >/dev/null \
	  && cmp dist/*.whl "$$scratch"/checkout/*.whl \
	  && $(PYTHON) -m venv "$$scratch/venv" && bin="$$scratch/venv/bin" \
	  && "$$bin/python" -m pip install --quiet --disable-pip-version-check -c constraints.txt dist/*.whl \
	  && mkdir "$$scratch/empty" && here=$$PWD && cd "$$scratch/empty" \
	  && "$$bin/python" "$$here/release/try_wheel.py" . \
	  && "$$bin/python" "$$here/release/size.py"
	@ls -l dist | awk 'NR > 1 { print $$5, $$9 }'

# Each in an environment of its own: tools of release never change what the tests see.
.proof/sbom: PACKAGES = cyclonedx-bom==7.5.0
.proof/audit: PACKAGES = pip-audit==2.10.1
.proof/%: | $(BIN)/python
	@echo 'Setting up $@ (once) ...'
	@$(PYTHON) -m venv $@
	@$@/bin/python -m pip install --quiet --disable-pip-version-check $(PACKAGES) || { rm -rf $@; exit 1; }

sbom: .proof/sbom ## A bill of materials (CycloneDX) of an installation of the wheel, held against its schema: dist/bulkportal.cdx.json
	@ls dist/*.whl >/dev/null 2>&1 || { echo 'make package builds the wheel first.'; exit 1; }
	@scratch=$$(mktemp -d) && trap 'rm -rf "$$scratch"' EXIT \
	  && $(PYTHON) -m venv --without-pip "$$scratch/venv" \
	  && $(BIN)/python -m pip --python "$$scratch/venv/bin/python" install --quiet --disable-pip-version-check -c constraints.txt dist/*.whl \
	  && version=$$(sed -n 's/^__version__ = //p' bulkportal/version.py) \
	  && sed "s/^dynamic = .*/version = $$version/" pyproject.toml >"$$scratch/pyproject.toml" \
	  && .proof/sbom/bin/cyclonedx-py environment "$$scratch/venv/bin/python" --pyproject "$$scratch/pyproject.toml" --mc-type application \
	       --output-reproducible --of JSON --validate -o dist/bulkportal.cdx.json
	@echo 'Bill of materials: dist/bulkportal.cdx.json'

audit: .proof/audit ## Known weaknesses of what constraints.txt pins; it asks the advisory service of the Python Package Index over the network
	@.proof/audit/bin/pip-audit --requirement constraints.txt --strict --no-deps --disable-pip --progress-spinner off \
	  || { echo 'Either a weakness is named above, or the advisory service could not be asked: then nothing is proven.'; exit 1; }

coverage: $(VENV)/.dev ## Every test, and which branches none of them takes; fails below the limits of the rooms (long)
	@rm -f .coverage .coverage.*
	@$(BIN)/python -m coverage run -m pytest -q $(TESTS); $(BIN)/python -m coverage combine --quiet && $(BIN)/python release/rooms.py

mutants: $(VENV)/.dev ## COUNT (60) small changes of check, plan and the ledger, drawn by SEED: does a test notice? (long)
	@for room in $(or $(ROOM),plan ledger check); do $(BIN)/python release/mutants.py $$room --count $(or $(COUNT),60) --seed $(SEED) || exit; done

versions: ## The wheel with the newest of all it needs, on PYTHON: the demo, the desk, the night (TESTS for others)
	@$(PYTHON) release/versions.py newest $(or $(TESTS),tests/desk tests/automate)

lowest: ## The same with the lowest that pyproject.toml names
	@$(PYTHON) release/versions.py lowest $(or $(TESTS),tests/desk tests/automate)

docs: $(VENV)/.dev ## The documentation as a site, to open at site/index.html
	@$(BIN)/python -m sphinx --quiet --fail-on-warning --keep-going -b html docs site
	@echo 'Documentation: site/index.html'

lint: $(VENV)/.dev ## Style, types, and who may import whom
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --quiet --check bulkportal tests sample_data
	@$(BIN)/mypy
	@$(BIN)/lint-imports --no-cache

format: $(VENV)/.dev ## Format the code
	@$(BIN)/ruff format bulkportal tests sample_data

templates: $(VENV)/.runtime ## Write the committed templates anew
	@$(BIN)/bulkportal template templates/launch.xlsx --force
	@for platform in tiktok instagram youtube; do $(BIN)/bulkportal template templates/$$platform.xlsx --platform $$platform --force || exit; done
	@$(BIN)/bulkportal template --csv templates/csv --force

clean: ## Remove the environment
	rm -rf $(VENV) .recipes .peers .proof site dist

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo 'bulkportal needs Python 3.11 or later; set PYTHON=...'; exit 1; }
	@$(PYTHON) -m venv $(VENV)

$(VENV)/.runtime: pyproject.toml constraints.txt | $(BIN)/python
	@echo 'Setting up $(VENV) (once) ...'
	@$(INSTALL) -c constraints.txt -e .
	@touch $@

$(VENV)/.dev: pyproject.toml constraints.txt | $(BIN)/python
	@echo 'Setting up $(VENV) with the tools (once) ...'
	@$(INSTALL) -c constraints.txt -e '.[dev]'
	@touch $@ $(VENV)/.runtime
