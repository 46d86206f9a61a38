# The front door. Every target installs what it needs (tools/deps) and says so; `make` lists them.
# A fresh Debian 12 with git and make is enough, as root or with sudo.
SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help
.NOTPARALLEL:
.SUFFIXES:

# Releases of tools/versions for test-real and demo, in quotes; nothing: the newest 3.5 and the newest 4.x; all: all.
SPARKS ?=
export SPARKS
# Checkouts of this project in different places share what ccache has compiled.
export CCACHE_BASEDIR := $(CURDIR)
export CCACHE_NOHASHDIR := 1
# How long each fuzz target runs.
FUZZ_SECONDS ?= 20
# One simulated night (SEED, VERBOSE=1 tells all of it), or as many as fit into SECONDS.
SEED ?=
VERBOSE ?=
SECONDS_OF_SIM := $(or $(SECONDS),60)
# More words for the configuration of `make build`: -DPILOTLIGHT_TESTS=OFF
CMAKE_FLAGS ?=
# More words for `make test-real` (a part: short, smoke, full; words of case names) and `make bench`.
ARGS ?=

.PHONY: help
help: ## List the targets.
	@printf 'Pilotlight: the master of a Spark standalone cluster, in one small daemon.\n\n'
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-10s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)
	@printf '\nA cluster in containers (docker/Makefile): make quickstart, then make -C docker for its targets\n'
	@printf '\nFirst: make demo\n'

.PHONY: deps
deps: ## Install what is missing: Debian packages by apt, pinned Spark releases into build/spark.
	@tools/deps build run check pages cli

.PHONY: build
build: ## Build the daemon, optimised: build/pilotlight.
	@tools/deps build
	@cmake --preset release $(CMAKE_FLAGS) >build/configure.log || { cat build/configure.log; exit 1; }
	@cmake --build --preset release --target pilotlight
	@ln -sfn release/src/cli/pilotlight build/pilotlight

.PHONY: demo
demo: build ## Three masters; the leader is killed, frozen and told to go under Spark jobs (KEEP=1 leaves it up).
	@tools/deps run
	@python3 demo/ha.py

.PHONY: demo-single
demo-single: build ## One master with records on disk, killed and started again in the middle of a job.
	@tools/deps run
	@python3 demo/demo.py

.PHONY: test
test: ## Everything CI checks: lint, unit, scenarios, corpora, real Spark 3.5 and 4.x, failovers, containers, in short.
	@tools/deps build run check cli package
	@python3 tools/test.py build lint unit cli real ha docker

.PHONY: test-unit
test-unit: ## Unit tests, scenarios and fuzzing corpora.
	@tools/deps build run
	@python3 tools/test.py build unit

.PHONY: test-cli
test-cli: build ## The command line against three real masters, one alone, and nobody (ARGS="failover kill").
	@tools/deps run cli
	@cmake --build --preset release --target pilotlight_load
	@python3 tests/cli/run.py $(ARGS)

.PHONY: test-real
test-real: build ## Unmodified Spark workers, drivers and spark-submit, all cases (ARGS=smoke, SPARKS="3.4.4 4.1.4").
	@tools/deps run
	@python3 tests/real/run.py $(ARGS)

.PHONY: test-ha
test-ha: build ## Several masters, real ZooKeeper servers, and something that breaks (ARGS=short; ARGS="full frozen").
	@tools/deps run
	@cmake --build --preset release --target pilotlight_load
	@python3 tests/ha/run.py $(ARGS)

.PHONY: test-pages
test-pages: build ## The pages in headless Chromium: made-up clusters, then a real one that loses its leader (ARGS=gallery).
	@tools/deps run pages
	@cmake --build --preset release --target gallery
	@python3 tests/pages/run.py $(ARGS)

.PHONY: sim
sim: ## Simulate whole clusters in trouble for SECONDS=60, or replay one night: SEED=n VERBOSE=1.
	@tools/deps build
	@cmake --preset release >build/configure.log || { cat build/configure.log; exit 1; }
	@cmake --build --preset release --target simulation
	@build/release/tests/simulation/simulation $(if $(SEED),seed $(SEED) $(if $(VERBOSE),verbose),explore $(SECONDS_OF_SIM))

.PHONY: bench
bench: build ## Measure, side by side with Spark's own Master (ARGS=--quick, ARGS=--write for docs/BENCHMARKS.md).
	@tools/deps run
	@cmake --build --preset release --target benchmarks/all
	@python3 benchmarks/run.py $(ARGS)

.PHONY: bench-failover
bench-failover: build ## Kill, freeze and roll leaders hundreds of times and measure (ARGS="--kills 20 --idle 60", ARGS=--write).
	@tools/deps run
	@cmake --build --preset release --target pilotlight_load
	@python3 benchmarks/failover.py $(ARGS)

.PHONY: fuzz
fuzz: ## Fuzz every decoder of bytes from outside, FUZZ_SECONDS=20 each.
	@tools/deps build check
	@FUZZ_SECONDS=$(FUZZ_SECONDS) python3 tools/fuzz.py $(ARGS)

.PHONY: asan
asan: ## Unit tests, scenarios and one real job under the address and undefined-behaviour sanitizers.
	@tools/deps build run
	@python3 tools/test.py --preset=asan build unit real

.PHONY: tsan
tsan: ## The same under the thread sanitizer.
	@tools/deps build run
	@python3 tools/test.py --preset=tsan build unit real

.PHONY: format
format: ## Format all C++ files with clang-format.
	@tools/deps check
	@git ls-files -z --cached --others --exclude-standard '*.cpp' '*.hpp' | xargs -0 -r clang-format-16 -i

.PHONY: lint
lint: build ## Check layering, headers, scripts, links, formatting and generated files.
	@tools/deps check
	@tools/lint/run.py $(ARGS)

.PHONY: docs
docs: build ## Write the generated files: dialect tables, configuration reference and sample, command line.
	@tools/deps run
	@python3 tools/dialects/generate.py
	@$(MAKE) --no-print-directory build
	@mkdir -p docs conf
	@build/pilotlight config docs >build/CONFIGURATION.md && mv build/CONFIGURATION.md docs/CONFIGURATION.md
	@build/pilotlight config sample >build/pilotlight.yaml && mv build/pilotlight.yaml conf/pilotlight.yaml
	@build/pilotlight man --markdown >build/CLI.md && mv build/CLI.md docs/CLI.md

.PHONY: man
man: build ## Write man pages and completions into build/man and build/completion, for packages.
	@rm -rf build/man build/completion && mkdir -p build/man build/completion
	@build/pilotlight man >build/man/pilotlight.1
	@for command in $$(build/pilotlight __complete -- '' | cut -f1); do build/pilotlight man $$command >build/man/pilotlight-$$command.1; done
	@for shell in bash zsh fish; do build/pilotlight completion $$shell >build/completion/pilotlight.$$shell; done

.PHONY: package
package: build ## Make the Debian package: build/pilotlight_<version>_<architecture>.deb
	@tools/deps package
	@tools/package

.PHONY: test-docker
test-docker: build ## Images, the compose cluster, faults under jobs, the Debian package, systemd (ARGS=short; words of case names).
	@tools/deps run package lintian
	@tools/package
	@python3 tests/docker/run.py $(ARGS)

# The compose cluster's targets live in docker/Makefile; here they are by the same names.
CLUSTER_TARGETS := configure quickstart up down restart status health-check ui top \
  logs logs-zk logs-master logs-worker logs-history watch-logs shell-master shell-worker shell-zk \
  zk-status zk-data zk-cli backup-zk submit-pi submit-pi-cluster submit-pi-supervised submit-app \
  stop-master-1 stop-master-2 stop-master-3 start-master-1 start-master-2 start-master-3 pull test-cluster test-failover
.PHONY: $(CLUSTER_TARGETS)
$(CLUSTER_TARGETS):
	@$(MAKE) --no-print-directory -C docker $@

.PHONY: clean
clean: ## Remove what was built and logged; the downloaded Spark releases in build/spark stay.
	@if [ -d build ]; then find build -mindepth 1 -maxdepth 1 ! -name spark -exec rm -rf {} +; fi
	@echo 'The compose cluster and its volumes are not touched; to delete them: make -C docker clean'
