# DrivePower needs Python 3.11 or newer and make; everything else is installed into .venv.
SHELL := /bin/sh
PYTHON ?= $(shell for python in python3.11 python3.12 python3.13 python3; do \
	"$$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && { echo "$$python"; break; }; done)
PY := .venv/bin/python
TEST_SETTINGS := $(CURDIR)/drivepower/tests/test.env
# Servers of their own for one command, unless DATABASE_URL and REDIS_URL name others. MAKEFLAGS would
# pass a job server on that the command in between does not know.
WITH_SERVERS = CONFIG_FILE=$(TEST_SETTINGS) MAKEFLAGS= $(PY) -m drivepower.embedded --ephemeral --
# What `manage.py check --deploy` sees.
PRODUCTION = DEBUG=0 DEMO_MODE=0 PUBLIC_URL=https://portal.example.org ALLOWED_HOSTS=portal.example.org
ARGS ?= -n 2

.DEFAULT_GOAL := help
.PHONY: help run test browser pictures bench bench-portal conformance mutate kills properties schema check lock clean install install-dev checks suite

help:
	@echo 'make run    install, then run everything: portal, API, OCPP endpoint, workers, demo stations'
	@echo '            PORT=8000  HOST=127.0.0.1  DATA_DIR=.data  DATABASE_URL=...  REDIS_URL=...'
	@echo 'make test   install, then every check and the test suite; ARGS="charging/tests -k begin" for a part'
	@echo 'make check  every check without the test suite'
	@echo 'make conformance  install, then every case of the OCPP 1.6 certification and our own: case, result, title'
	@echo 'make bench  install, then measure the gateway beside two baselines; ARGS="echo metering --seconds 5" for a part'
	@echo 'make bench-portal install, then months of charging, and the database time of every page; ARGS="--sessions 20000"'
	@echo 'make mutate install, then send 10,000 mutated frames to a gateway; ARGS="--frames 500 --seed 1" for others'
	@echo 'make kills  install, then kill gateways 100 times and workers 200 times under load; ARGS="--kills 5 --seed 1" for others'
	@echo 'make properties  install, then 20,000 random verbs of the ledger and as many prices; ARGS="--verbs 1000 --seed 1"'
	@echo 'make schema install, then 50 requests made from the published schema to every route; EXAMPLES=200 for more'
	@echo 'make pictures install, then walk the guides in a browser and take their pictures anew'
	@echo 'make lock   write requirements*.txt anew from pyproject.toml'
	@echo 'make clean  remove what was installed and built; .data stays'

run: install
	@exec $(PY) -m drivepower.supervisor --with-parent

test: install-dev browser
	@$(WITH_SERVERS) $(MAKE) --no-print-directory suite

# The browser tests drive a Chromium of the machine; without one they are skipped and say how to get it.
browser:
	@command -v chromium chromium-browser google-chrome >/dev/null && exit 0; \
	if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
		echo 'installing Chromium for the browser tests ...'; \
		{ apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq chromium; } >/dev/null 2>&1 && exit 0; \
	fi; \
	echo 'no Chromium on this machine: the browser tests will be skipped'

# The walks of both guides, then what they saw.
GUIDED = drivepower/tests/browser/test_job_*.py drivepower/tests/browser/test_support_*.py
pictures: install-dev browser
	@$(WITH_SERVERS) $(PY) -m pytest $(ARGS) $(GUIDED)
	@$(PY) -m drivepower.tests.browser.pictures

check: install-dev
	@$(WITH_SERVERS) $(MAKE) --no-print-directory checks

# One process has one set of servers for all cases.
conformance: ARGS =
conformance: install-dev
	@$(WITH_SERVERS) $(PY) -m ocpp_consumer.tests.conformance $(ARGS)

# A load has options of its own, not those of the tests.
bench: ARGS =
bench: install
	@$(PY) -m bench $(ARGS)

# How long the portal's pages keep the database, over 1 M sessions, 20 M readings and 20 M frames.
bench-portal: ARGS =
bench-portal: install
	@$(PY) -m bench.portal $(ARGS)

mutate kills properties: ARGS =
mutate: install-dev
	@$(WITH_SERVERS) $(PY) -m ocpp_consumer.tests.faults.mutate $(ARGS)

properties: install-dev
	@$(WITH_SERVERS) $(PY) -m billing.tests.properties $(ARGS)

EXAMPLES ?= 50
schema: install-dev
	@SCHEMA_EXAMPLES=$(EXAMPLES) $(WITH_SERVERS) $(PY) -m pytest $(ARGS) drivepower/tests/published/test_every_answer.py

# Servers of its own, which sync to the disk.
kills: install-dev
	@CONFIG_FILE=$(TEST_SETTINGS) $(PY) -m ocpp_consumer.tests.faults.kills $(ARGS)

install:
	@test -n "$(PYTHON)" || { echo 'Python 3.11 or newer is needed: install it, or name it with PYTHON=...' >&2; exit 1; }
	@"$(PYTHON)" -m drivepower.install requirements.txt
	@"$(PYTHON)" -m drivepower.catalogues

install-dev: install
	@"$(PYTHON)" -m drivepower.install requirements.txt requirements-dev.txt

checks:
	@echo '== ruff format'
	@$(PY) -m ruff format --check .
	@echo '== ruff check'
	@$(PY) -m ruff check .
	@echo '== mypy'
	@$(PY) -m mypy .
	@echo '== lint-imports'
	@.venv/bin/lint-imports --no-logo
	@echo '== makemigrations --check'
	@$(PY) manage.py makemigrations --check --dry-run
	@echo '== check --deploy'
	@$(PRODUCTION) $(PY) manage.py check --deploy --fail-level WARNING

suite: checks
	@echo '== pytest'
	@$(PY) -m pytest $(ARGS)

lock: install-dev
	@$(PY) -m uv pip compile $(LOCK) pyproject.toml --output-file requirements.txt
	@$(PY) -m uv pip compile $(LOCK) --constraint requirements.txt --group dev --output-file requirements-dev.txt

LOCK := --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-emit-find-links \
	--custom-compile-command 'make lock'

clean:
	rm -f locale/*/LC_MESSAGES/*.mo
	rm -rf .venv build .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
