# make run: the service on http://localhost:8000.   make test: every test.

PYTHON ?= python3
NODE_20 := $(shell node -e 'process.exit(process.versions.node.split(".")[0] >= 20 ? 0 : 1)' 2>/dev/null && echo yes)
BIN := .venv/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet

.PHONY: run setup extension test test-python test-extension browser infra monitors java lint lint-pipeline security secrets format bench lock clean

run: .venv/service.ready $(if $(NODE_20),extension)
	@echo
	@echo "  Drop a picture on      http://localhost:8000"
ifdef NODE_20
	@echo "  Chrome extension       chrome://extensions -> Developer mode -> Load unpacked -> extension/dist/chrome"
	@echo "  Firefox extension      about:debugging -> This Firefox -> Load Temporary Add-on -> extension/dist/firefox/manifest.json"
else
	@echo "  Browser extension      not built: it needs Node 20 or newer"
endif
	@echo
	@$(BIN)/realeyez serve

setup: .venv/service.ready

# What the service needs, and no more: no TensorFlow.
.venv/service.ready: requirements/cpu.txt pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "RealEyez needs Python 3.11 or newer; try make PYTHON=python3.12")'
	@echo "Setting up .venv (once)"
	@$(PYTHON) -m venv .venv
	@$(PIP) install --require-hashes -r requirements/cpu.txt
	@$(PIP) install --no-deps --editable .
	@touch $@

.venv/dev.ready: .venv/service.ready requirements/dev.txt
	@echo "Adding what training, export and the tests need (once)"
	@$(PIP) install --require-hashes -r requirements/dev.txt
	@touch $@

extension: extension/dist/chrome/manifest.json

# What the build needs: two packages. The tests' tools come on top.
extension/node_modules/.package-lock.json: extension/package.json extension/package-lock.json
	@npm --prefix extension ci --omit=dev --no-audit --no-fund --loglevel=error
	@touch $@

extension/node_modules/dev.ready: extension/package.json extension/package-lock.json
	@npm --prefix extension ci --no-audit --no-fund --loglevel=error
	@touch extension/node_modules/.package-lock.json $@

extension/dist/chrome/manifest.json: extension/node_modules/.package-lock.json $(shell find extension/src extension/scripts -type f 2>/dev/null)
	@npm --prefix extension run --silent build
	@npm --prefix extension run --silent pack

test: lint test-python test-extension

# Checkov pins other versions of what the tests use, so it has an environment of its own.
.venv-checkov/ready: requirements/checkov.txt
	@echo "Setting up .venv-checkov (once)"
	@$(PYTHON) -m venv .venv-checkov
	@.venv-checkov/bin/python -m pip --disable-pip-version-check --quiet install --require-hashes -r requirements/checkov.txt
	@touch $@

# The scanners too.
.venv-security/ready: requirements/security.txt
	@echo "Setting up .venv-security (once)"
	@$(PYTHON) -m venv .venv-security
	@.venv-security/bin/python -m pip --disable-pip-version-check --quiet install --require-hashes -r requirements/security.txt
	@touch $@

test-python: .venv/dev.ready .venv-checkov/ready .venv-security/ready ci/node_modules/.package-lock.json extension browser infra monitors java
	$(BIN)/python -m pytest -n 2 --dist loadfile --max-worker-restart 0 $(PYTEST)

test-extension: extension/node_modules/dev.ready
	npm --prefix extension test $(if $(VITEST),-- $(VITEST))

lint: .venv/dev.ready extension/node_modules/dev.ready
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	npm --prefix extension run --silent lint

# Scripts and the Jenkinsfile.
lint-pipeline: .venv/dev.ready ci/node_modules/.package-lock.json java
	git ls-files -z '*.sh' .ci/run | xargs -0 $(BIN)/shellcheck
	npm --prefix ci run --silent lint

ci/node_modules/.package-lock.json: ci/package.json ci/package-lock.json
	@npm --prefix ci ci --no-audit --no-fund --loglevel=error
	@touch $@

# What lints the Jenkinsfile runs on it.
java:
	@if ! which java >/dev/null && which apt-get >/dev/null && [ "$$(id -u)" = 0 ]; then \
	  apt-get update -qq && apt-get install -y -qq default-jre-headless; \
	fi

security: .venv-security/ready
	ci/security.sh

# After a look at what `make security` has found: no secret, and known from now on.
secrets: .venv-security/ready
	git ls-files -z | xargs -0 .venv-security/bin/detect-secrets scan --baseline .secrets.baseline

format: .venv/dev.ready extension/node_modules/dev.ready
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .
	npm --prefix extension run --silent format

# The service beside its peers: about 20 minutes, in which nothing else may run.
bench: .venv-bench/bench.ready
	.venv-bench/bin/python -m benchmarks.serving
	.venv-bench/bin/python -m benchmarks.serving.floor
	.venv-bench/bin/python -m benchmarks.serving.decoders
	.venv-bench/bin/python -m benchmarks.serving.tables

.venv-bench/bench.ready: requirements/bench.txt pyproject.toml
	@echo "Setting up .venv-bench (once)"
	@$(PYTHON) -m venv .venv-bench
	@.venv-bench/bin/python -m pip --disable-pip-version-check --quiet install --require-hashes -r requirements/bench.txt
	@.venv-bench/bin/python -m pip --disable-pip-version-check --quiet install --no-deps --editable .
	@touch $@

# The system's Chromium, else Debian's package, else Playwright's own.
browser: .venv/dev.ready
	@if [ -n "$$(which chromium chromium-browser google-chrome 2>/dev/null)" ]; then exit; fi; \
	if which apt-get >/dev/null && [ "$$(id -u)" = 0 ]; then \
	  apt-get update -qq && apt-get install -y -qq chromium; \
	else \
	  $(BIN)/playwright install chromium; \
	fi
	@# Firefox, and a display for the real context menu; their tests skip where these cannot be installed.
	@if ! which firefox-esr xdotool Xvfb >/dev/null && which apt-get >/dev/null && [ "$$(id -u)" = 0 ]; then \
	  apt-get update -qq && apt-get install -y -qq firefox-esr xdotool xvfb; \
	fi

# Debian's Prometheus and its family, for tests/infra/monitoring; where they cannot be had, its tests say so.
MONITORS = prometheus prometheus-alertmanager prometheus-node-exporter prometheus-blackbox-exporter
monitors:
	@if ! which $(MONITORS) >/dev/null && which apt-get >/dev/null && [ "$$(id -u)" = 0 ]; then \
	  apt-get update -qq && RUNLEVEL=1 apt-get install -y -qq --no-install-recommends $(MONITORS); \
	fi

# What tests/infra runs besides: images, NGINX, Compose's schema, promtool, shellcheck.
# On another system they are for you to install; the tests say what is missing.
infra:
	@if ! which buildah podman runc catatonit mmdebstrap nginx docker-compose promtool shellcheck >/dev/null \
	  && which apt-get >/dev/null && [ "$$(id -u)" = 0 ]; then \
	  apt-get update -qq && RUNLEVEL=1 apt-get install -y -qq --no-install-recommends buildah podman runc \
	    catatonit mmdebstrap nginx-light docker-compose prometheus shellcheck; \
	fi

UV_COMPILE = $(BIN)/uv pip compile --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
	--custom-compile-command 'make lock' --quiet
COMPILE = $(UV_COMPILE) pyproject.toml

lock: .venv/dev.ready
	$(COMPILE) --extra cpu -o requirements/cpu.txt
	$(COMPILE) --extra gpu -o requirements/gpu.txt
	$(COMPILE) --extra cpu --extra postgres -o requirements/postgres.txt
	$(COMPILE) --extra gpu --extra postgres -o requirements/gpu-postgres.txt
	$(COMPILE) --extra cpu --extra train -o requirements/train.txt
	$(COMPILE) --extra cpu --extra train --extra export -o requirements/export.txt
	$(COMPILE) --extra cpu --extra train --extra export --extra postgres --extra dev -o requirements/dev.txt
	$(COMPILE) --extra cpu --group bench --constraint requirements/cpu.txt -o requirements/bench.txt
	$(UV_COMPILE) requirements/build.in -o requirements/build.txt
	$(UV_COMPILE) requirements/checkov.in -o requirements/checkov.txt
	$(UV_COMPILE) requirements/security.in -o requirements/security.txt

clean:
	rm -rf .venv .venv-bench .venv-checkov .venv-security ci/node_modules extension/node_modules extension/dist artifacts
