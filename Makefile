# `make run` starts everything, `make test` tests everything; both install what they need first.

PYTHON3 ?= python3
BIN := .venv/bin
export PORT DATA
# Every process would compile everything anew.
unexport PYTHONDONTWRITEBYTECODE

# What `check --deploy` and the other checks are told: a production shape without servers.
PRODUCTION := env -u DEMO -u DEBUG -u DATABASE_URL BASE_URL=https://coachops.example \
	ALLOWED_HOSTS=coachops.example EMAIL_URL=smtp://localhost:25 DATA_DIR=.data/check \
	SECRET_KEY=only-for-this-check-0123456789-abcdefghijklmnopqrstuvwxyz-ABCDEF \
	MASTER_KEY=b25seS1mb3ItdGhpcy1jaGVjay0wMTIzNDU2Nzg5YWI=

# djade answers 1 where it changed something, which is no failure here.
format-templates = (find $(1) -name '*.html' -exec $(BIN)/djade --target-version 6.1 {} + \
	2>/dev/null || true) && $(BIN)/djangofmt --quiet --line-length 100 $(1)

.PHONY: help run test setup check check-types check-all-else format bench docs

help:
	@echo "make run     start CoachOps on http://localhost:8000 (PORT=, DATA= for others); Ctrl-C stops it"
	@echo "make test    run all tests, on servers of their own (ARGS= for pytest)"
	@echo "make check   format, lint, types, imports, templates, migrations, system checks"
	@echo "make format  put Python and templates into the house's format"
	@echo "make bench   measure, and write benchmarks/results.json"
	@echo "make docs    build the documents and a reference of the code into .data/docs/html"
	@echo "make setup   install everything and run nothing"

run:
	@$(PYTHON3) -m coachops.launch.bootstrap
	@$(BIN)/python -m coachops.launch

setup:
	@$(PYTHON3) -m coachops.launch.bootstrap --browser

test: setup
	@$(BIN)/pytest -n 2 --dist worksteal $(ARGS)

check:
	@$(PYTHON3) -m coachops.launch.bootstrap
	@$(MAKE) --no-print-directory --jobs=2 check-types check-all-else

check-types:
	$(BIN)/mypy

# Before makemigrations looks at anything it does what `check` does.
check-all-else:
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/lint-imports
	@echo "templates in the house's format (make format mends it)"
	@copy=$$(mktemp -d) && cp -R templates "$$copy" && $(call format-templates,$$copy/templates) \
		&& diff -ru templates "$$copy/templates"; status=$$?; rm -rf "$$copy"; exit $$status
	$(BIN)/python manage.py makemigrations --check --dry-run
	$(PRODUCTION) $(BIN)/python manage.py check --deploy --fail-level WARNING
	@if command -v docker-compose >/dev/null; then docker-compose config --quiet; \
		elif docker compose version >/dev/null 2>&1; then docker compose config --quiet; \
		else echo "docker-compose.yml was not checked: docker-compose is not installed"; fi

format:
	@$(PYTHON3) -m coachops.launch.bootstrap
	$(BIN)/ruff check --fix-only --quiet .
	$(BIN)/ruff format .
	$(call format-templates,templates)

bench:
	@$(PYTHON3) -m coachops.launch.bootstrap
	$(BIN)/python -m benchmarks $(ARGS)

docs:
	@$(PYTHON3) -m coachops.launch.bootstrap
	@rm -rf .data/docs/reference
	$(BIN)/sphinx-build -q -W --keep-going -c docs -d .data/docs/doctrees . .data/docs/html
	@echo "open .data/docs/html/docs/index.html"
