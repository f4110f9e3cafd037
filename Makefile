# Everything is done by the scripts in tools/; this file only names them.
# The virtual environment is .venv; it is made, and made again when a lock file changes, by tools/set_up.py.

SET_UP = python=$$(sh tools/find_python.sh) && "$$python" tools/set_up.py
PYTHON = .venv/bin/python

# What Python compiled is kept: without it each of the hundred processes of a test run compiles everything anew.
unexport PYTHONDONTWRITEBYTECODE

.DEFAULT_GOAL := help
.PHONY: help run test check bench torture mutants gallery lock clean

help: ## List what can be made
	@sed -n 's/^\([a-z-]*\): *## \(.*\)/  make \1\t\2/p' Makefile | expand -t 16

run: ## Set everything up, start the site and its worker, print the address (PORT, DATABASE_URL, DATA_DIR, SIZE=small, DEMO=0)
	@$(SET_UP) run && exec $(PYTHON) tools/serve.py

test: ## Every test, on SQLite, PostgreSQL and Chromium, and the unit tests on each Python found
	@$(SET_UP) dev && exec $(PYTHON) tools/run_tests.py

check: ## Lint, types, layers, house tests, templates, migrations; a line for each
	@$(SET_UP) dev && exec $(PYTHON) tools/check.py

bench: ## Measure pages, acts, writers and memory; a table and JSON
	@$(SET_UP) dev && exec $(PYTHON) tools/bench.py

torture: ## Races, kills, full disks and wrong clocks on the running site, both databases (FULL=1, KIND=, ONLY=)
	@$(SET_UP) dev && exec $(PYTHON) tools/torture.py

mutants: ## Put twenty faults into a copy, one at a time: do the tests notice each?
	@$(SET_UP) dev && exec $(PYTHON) tools/mutants.py

gallery: ## Take a picture of every page at 320 and 1280 px: var/gallery
	@$(SET_UP) dev && exec $(PYTHON) tools/gallery.py

lock: ## Write the lock files anew from the .in files and package.json
	@$(SET_UP) dev && exec $(PYTHON) tools/lock.py

clean: ## Remove what was built and installed; the data in var/ stay, but for its test Pythons
	rm -rf .venv node_modules static/built var/pythons .mypy_cache .ruff_cache .import_linter_cache .pytest_cache
	find app.py community_book cwb tools tests migrations -name __pycache__ -type d -prune -exec rm -rf {} +
