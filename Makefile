# What a newcomer types. Every target that needs Python makes .venv first, once,
# and compiles what has changed.

SHELL := /bin/bash
VENV := .venv/.ready
READY := compile

.DEFAULT_GOAL := help
.PHONY: bench-rehearsal help compile demo test lint unit live fuzz race attacks versions fleet-test bench bench-insert bench-operations bench-large bench-connections bench-crowd bench-waits bench-scale bench-copy bench-office honest suites pages clean

help: ## Say what each target does
	@awk -F ':.*## ' '/^[a-z-]+:.*## /{printf "make %-16s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

$(VENV): pyproject.toml hatch_build.py scripts/setup scripts/apt-install
	@scripts/setup
	@touch $@

compile: $(VENV) ## Compile what runs compiled, if it has changed; PGTOLL_PURE=1 leaves it as it is
	@.venv/bin/python scripts/compile.py || [ $$? = 3 ]

demo: $(READY) ## See pgtoll at work: a database, a proxy and a story, in one command
	@.venv/bin/pgtoll demo --once
	@printf '\nTo keep it running, with a port to connect to: .venv/bin/pgtoll demo\n'

test: $(READY) ## Run every check: ruff, mypy, the import contract, all tests
	@scripts/debian-fleet || true
	@scripts/debian-chromium || true
	@scripts/debian-watching || true
	@scripts/check

lint: $(READY) ## Run ruff, mypy and the import contract
	@scripts/check lint

unit: $(READY) ## Run the tests that need no server
	@scripts/check unit

live: $(READY) ## Run the tests against real PostgreSQL servers
	@scripts/debian-fleet || true
	@scripts/debian-chromium || true
	@scripts/debian-watching || true
	@scripts/check live

pages: $(READY) ## Try the console in a browser; pictures of every page in build/pictures
	@scripts/debian-chromium
	@PGTOLL_PICTURES=1 .venv/bin/pytest tests/browser -q $(ARGS)

fuzz: $(READY) ## Run the fuzz tests for longer; EXAMPLES=n says how long
	@PGTOLL_FUZZ_EXAMPLES=$${EXAMPLES:-20000} .venv/bin/pytest tests/fuzz -n 2 --timeout 1800 \
	  --dist loadscope --ignore tests/fuzz/test_statements.py
	@PGTOLL_FUZZ_EXAMPLES=$${EXAMPLES:-20000} .venv/bin/pytest tests/fuzz/test_statements.py \
	  --timeout 3600 --log-cli-level INFO
	@PGTOLL_ATTACKS=all .venv/bin/pytest tests/attacks -n 2 --dist loadgroup -q

attacks: $(READY) ## Play every attack on PostgreSQL 18 and 15; ARGS="-k copy" passes options on
	@scripts/debian-postgres || true
	@PGTOLL_ATTACKS=all .venv/bin/pytest tests/attacks -n 4 --dist loadgroup -q $(ARGS)

versions: $(READY) ## Try PostgreSQL 13 to 18, those that can be had; VERSIONS="16 /opt/pgsql/bin"
	@[ -n "$(VERSIONS)" ] || scripts/postgres-versions || true
	@scripts/versions $(VERSIONS)

race: $(READY) ## Let clients race for the last rows while proxies die; MINUTES=n, POSTGRES=15 or 18
	@scripts/debian-postgres || true
	@PYTHONPATH=tests .venv/bin/python -m racing.run --minutes $${MINUTES:-10} --postgres $${POSTGRES:-18}

fleet-test: $(READY) ## Break a fleet of three proxies behind HAProxy, and see what holds; MINUTES=n, SEED=n
	@scripts/debian-fleet
	@PYTHONPATH=tests:proxy:policy .venv/bin/python -m fleet.run --minutes $${MINUTES:-10} $${SEED:+--seed $$SEED}

bench: $(READY) ## Compare direct, HAProxy, PgBouncer, Pgpool-II and pgtoll; ARGS="--quick" or "--help"
	@scripts/debian-bench || true
	@PYTHONPATH=.:tests .venv/bin/python -m bench $(ARGS)

bench-insert: $(READY) ## Measure what the cap costs an insert
	@scripts/debian-postgres
	@PYTHONPATH=.:tests .venv/bin/python -m bench.capped_insert $(ARGS)

honest: $(READY) ## Count wrong refusals of honest SQL and programs; ARGS="--major 15 --standing demo"
	@scripts/debian-postgres
	@PYTHONPATH=.:tests .venv/bin/python -m bench.honest $(ARGS)

bench-office: $(READY) ## Measure what a license administrator waits for; 200 products, 20,000 users
	@PYTHONPATH=.:tests .venv/bin/python -m bench.office $(ARGS)

bench-rehearsal: $(READY) ## Measure how long it takes to decide a day of a million statements again
	@PYTHONPATH=.:tests .venv/bin/python -m bench.rehearsal $(ARGS)

bench-operations: $(READY) ## Measure what asking about an operation costs
	@PYTHONPATH=.:tests .venv/bin/python -m bench.operations $(ARGS)

bench-large: $(READY) ## Measure what a 5 MB statement does to other sessions
	@scripts/debian-postgres
	@PYTHONPATH=.:tests .venv/bin/python -m bench.large_statement $(ARGS)

bench-connections: $(READY) ## Measure what clients cost that come and go; ARGS="--tls"
	@scripts/debian-postgres
	@PYTHONPATH=.:tests .venv/bin/python -m bench.connections $(ARGS)

bench-crowd: $(READY) ## Measure 10,000 clients that wait, and one to four workers; ARGS="--clients 2000"
	@scripts/debian-postgres
	@PYTHONPATH=.:tests .venv/bin/python -m bench.crowd $(ARGS)

bench-waits: $(READY) ## Hunt for wake-ups that are lost, beside HAProxy; ARGS="--rounds 20 --clients 2"
	@scripts/debian-bench || true
	@PYTHONPATH=.:tests .venv/bin/python -m bench.waits $(ARGS)

bench-scale: $(READY) ## Measure catalogs of 100,000 tables, 10,000 seats; ARGS="--tables 10000"
	@scripts/debian-postgres
	@PYTHONPATH=.:tests .venv/bin/python -m bench.scale $(ARGS)

bench-copy: $(READY) ## Measure a COPY of 1 GB, out and in; ARGS="--megabytes 4096"
	@scripts/debian-postgres
	@PYTHONPATH=.:tests .venv/bin/python -m bench.copying $(ARGS)

suites: $(READY) ## Run drivers' own tests directly and proxied; ARGS="psycopg2 asyncpg --major 15"
	@scripts/debian-postgres
	@PYTHONPATH=.:tests .venv/bin/python -m bench.suites $(ARGS)

clean: ## Remove the virtual environment and everything the tools left behind
	@rm -rf .venv build dist proxy/pgtoll/_compiled .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +
