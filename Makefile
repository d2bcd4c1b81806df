# make demo   crawl the embedded fixture site, search it, show what was archived
# make test   everything: format, lint, types, architecture, tests, docs
.DEFAULT_GOAL := help
SHELL := /bin/bash
PYTHON ?= $(shell for p in python3 python3.14 python3.13 python3.12 python3.11; do \
	command -v $$p >/dev/null && $$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$p && break; done)
BIN := .venv/bin
# Many tests wait for a server or a signal, so two workers a core.
WORKERS ?= $(shell echo $$((2 * $$(getconf _NPROCESSORS_ONLN 2>/dev/null || echo 2))))

help:
	@sed -n 's/^# \(make.*\)/\1/p' Makefile

.venv/installed: requirements/dev.txt pyproject.toml
	@test -n "$(PYTHON)" || { echo "scraper needs Python 3.11 or newer; none was found (set PYTHON=...)"; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || { echo "$(PYTHON) has no venv module; on Debian: apt install python3-venv"; exit 1; }
	@echo "setting up .venv ..."
	@$(PYTHON) -m venv --clear .venv
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/dev.txt
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@

demo: .venv/installed
	@$(BIN)/scraper demo

test: .venv/installed
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/pytest -n $(WORKERS) --dist loadscope

# make fuzz   the long fuzz run over the fixtures' mutations
fuzz: .venv/installed
	SCRAPER_FUZZ=5000 $(BIN)/pytest tests/extract/test_fuzz.py
	SCRAPER_QUERIES=500 $(BIN)/pytest tests/browse/test_search_agrees.py

# make soak   kill -9 a crawl of all editions two hundred times, at random moments; make soak-short twelve times
soak: .venv/installed
	SCRAPER_SOAK=200 $(BIN)/pytest -s tests/crawl/test_soak.py

soak-short: .venv/installed
	SCRAPER_SOAK=12 $(BIN)/pytest -s tests/crawl/test_soak.py

.venv-bench/installed: requirements/bench.txt pyproject.toml
	@$(PYTHON) -m venv --clear .venv-bench
	@.venv-bench/bin/python -m pip install --quiet --disable-pip-version-check --no-deps --require-hashes -r requirements/bench.txt
	@.venv-bench/bin/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@

# make bench   speed and exactness of reading pages, beside the other extractors
bench: .venv-bench/installed
	@.venv-bench/bin/python -m bench.extract

.venv-bench-crawl/installed: requirements/bench-crawl.txt
	@$(PYTHON) -m venv --clear .venv-bench-crawl
	@.venv-bench-crawl/bin/python -m pip install --quiet --disable-pip-version-check --no-deps --require-hashes -r requirements/bench-crawl.txt
	@touch $@

# make bench-crawl   a whole crawl beside Scrapy's: pages a second, CPU, memory; and how much of the allowed pace is used
bench-crawl: .venv/installed .venv-bench-crawl/installed
	@$(BIN)/python -m bench.crawl --scrapy .venv-bench-crawl/bin/python
	@$(BIN)/python -m bench.crawl --budget

# make bench-storage   what an archive takes, beside the same pages in a .warc.gz (several minutes)
bench-storage: .venv/installed
	@$(BIN)/python -m bench.storage

.venv-search/installed: requirements/dev.txt requirements/bench-search.txt pyproject.toml
	@$(PYTHON) -m venv --clear .venv-search
	@.venv-search/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/dev.txt
	@.venv-search/bin/python -m pip install --quiet --disable-pip-version-check --no-deps --require-hashes -r requirements/bench-search.txt
	@.venv-search/bin/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@

# make bench-search   speed, exactness, size and order of search, beside other ways to search Chinese
bench-search: .venv-search/installed
	@.venv-search/bin/python -m bench.search

# make screenshots   pictures of the pages for the docs (needs chromium and a Chinese font)
screenshots: .venv/installed
	@mkdir -p docs/screenshots
	SCRAPER_SCREENSHOTS=docs/screenshots $(BIN)/pytest tests/browse/test_screens.py -k pictures

# make screens   every page in a real browser, in both languages, light and dark, by axe
screens: .venv/installed
	SCRAPER_SCREENS=all $(BIN)/pytest tests/browse/test_screens.py

# make bench-browse   how long pages take over 20,000 invented articles
bench-browse: .venv/installed
	@$(BIN)/python -m bench.browse 20000

# make docs   write the generated parts of the docs
docs: .venv/installed
	$(BIN)/python -m tests.docs_parts --write

# make lock   resolve the dependencies anew into the hash-checked requirements
lock: .venv/installed
	$(BIN)/pip-compile --quiet --upgrade --extra dev --generate-hashes --allow-unsafe --strip-extras --no-emit-index-url \
		--no-emit-trusted-host --no-emit-find-links --no-emit-options --output-file requirements/dev.txt pyproject.toml

clean:
	rm -rf .venv .venv-bench .venv-bench-crawl .venv-search .mypy_cache .ruff_cache .pytest_cache .hypothesis build *.egg-info .bench-search

.PHONY: help demo test fuzz soak soak-short bench bench-crawl bench-storage bench-search bench-browse screens screenshots docs lock clean
