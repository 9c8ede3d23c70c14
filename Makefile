# The verbs. `.ci/run` calls `make test`. CARGO_TARGET_DIR is respected; always --workspace, so that every verb builds the
# dependencies with the same features and none of them is built twice.

SHELL := bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
.PHONY: help demo demo-county test web e2e soak mutants bench release fmt lint check-tools check-browser

STAGE := scripts/stage
# Optimised builds for x86-64 may use what every such processor since 2009 has: docs/decisions/2026-11-23-processors.md.
OPTIMISED := $(if $(filter x86_64,$(shell uname -m)),-C target-cpu=x86-64-v2)

help: ## this list
	@awk -F ':.*## ' '/^[a-z0-9-]+:.*## / { printf "make %-12s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

demo: check-tools ## an invented county: from department files to explained clues in a minute, then the app in the browser
	@cargo build --workspace --bin jianwei
	@"$$(scripts/target-dir)/debug/jianwei" demo

demo-county: check-tools ## the same on 80,000 households: the optimised binary, some minutes; DEMO="--households 80000 --no-serve"
	@RUSTFLAGS="$(OPTIMISED)" cargo build --workspace --release --bin jianwei
	@"$$(scripts/target-dir)/release/jianwei" --data demo-county demo $(or $(DEMO),--households 80000)

test: check-tools check-browser ## everything that must hold before a commit
	@$(STAGE) --begin
	@$(STAGE) fmt        cargo fmt --all --check
	@$(STAGE) tidy       cargo test --workspace --test tidy
	@$(STAGE) web        scripts/web
	@$(STAGE) build      cargo test --workspace --exclude tidy --no-run
	@$(STAGE) tests      cargo test --workspace --exclude tidy --no-fail-fast
	@$(STAGE) browser    scripts/e2e
	@$(STAGE) packs      scripts/packs
	@$(STAGE) --end

web: ## checks and builds the browser app into web/dist
	@scripts/web

e2e: ## the stories in a real browser, on the binary that is built
	@scripts/e2e

soak: check-tools ## the large counts: tests marked `ignored`, which take minutes
	@cargo test --workspace -- --ignored

mutants: check-tools ## seed faults into a copy of the sources: every one must be caught; writes docs/reference/mutants.md
	@MUTANTS="$$(scripts/target-dir)/mutants" cargo test --workspace --test mutants -- --ignored --nocapture

bench: check-tools ## the workload of benches/ beside other tools; into docs/performance.md. BENCH="--sizes 100000 …"
	@RUSTFLAGS="$(OPTIMISED)" cargo build --workspace --release --bin jianwei --example standing
	@python3 benches/run.py $(BENCH)

release: check-tools ## the optimised binary
	@RUSTFLAGS="$(OPTIMISED)" cargo build --workspace --release --bin jianwei
	@echo "$$(scripts/target-dir)/release/jianwei"

fmt: ## bring the sources into shape
	@cargo fmt --all

lint: check-tools ## clippy; no warning is let through
	@cargo clippy --workspace --all-targets -- -D warnings

check-tools: ## says what is missing to build, and how to get it
	@scripts/check-tools

check-browser: ## the same for the browser that the stories run in
	@scripts/e2e --check
