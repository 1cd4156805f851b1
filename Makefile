# claimaudit: everything a developer does is a target here. `make` alone lists them.

GO      ?= go
VERSION ?= $(shell git describe --tags --always --dirty 2>/dev/null || echo dev)
LDFLAGS := -s -w -X main.version=$(VERSION)
EPOCH   ?= $(or $(SOURCE_DATE_EPOCH),$(shell git log -1 --format=%ct 2>/dev/null || echo 0))
CACHE   := $(or $(XDG_CACHE_HOME),$(HOME)/.cache)/claimaudit

# The linter is built from its module once and kept outside the repository.
LINT_VERSION := v2.15.0
LINT         := $(CACHE)/golangci-lint-$(LINT_VERSION)/golangci-lint

PLATFORMS := linux/amd64 linux/arm64 darwin/amd64 darwin/arm64 windows/amd64 windows/arm64

AS_OF    ?= 2025-06-30
FUZZTIME ?= 30s
EVERY    ?= 1
BOOKS    ?= 20
DENSE ?= 10000

.DEFAULT_GOAL := help
.PHONY: help build audit test race laws check fmt vet lint mod docs samples look tables seal bench spark mutants fuzz dist image clean

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z]+:.*## /{printf "  make %-9s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

build: ## build ./claimaudit for this machine
	CGO_ENABLED=0 $(GO) build -trimpath -ldflags '$(LDFLAGS)' -o claimaudit ./cmd/claimaudit

audit: ## audit the sample exports into claim-audit.xlsx
	$(GO) run ./cmd/claimaudit audit samples --as-of $(AS_OF) --fail-on never

test: ## run all tests
	$(GO) test ./...

race: ## run all tests in random order with the race detector
	$(GO) test -race -shuffle=on -timeout 50m ./...

laws: ## put forms on BOOKS=20 books of 2,000 lines, correct DENSE=10000 dense ones: nothing new is found
	$(GO) test ./cmd/claimaudit -run '^TestLaws$$' -timeout 2h -law-books $(BOOKS) -law-lines 2000
	$(GO) test ./audit/rules -run '^TestCorrectedDrawsNothingNew$$' -timeout 2h -dense-books $(DENSE)

check: fmt vet mod lint test race ## everything CI checks (a stale page fails the tests)

fmt: ## fail if a file is not gofmt'd
	@unformatted=$$(gofmt -l .); test -z "$$unformatted" || { echo "gofmt -w these:"; echo "$$unformatted"; exit 1; }

vet: ## run go vet
	$(GO) vet ./...

mod: ## fail if go.mod or go.sum is not tidy
	$(GO) mod tidy -diff

lint: $(LINT) ## run golangci-lint (built on first use)
	$(LINT) run

$(LINT):
	GOBIN=$(dir $(LINT)) $(GO) install github.com/golangci/golangci-lint/v2/cmd/golangci-lint@$(LINT_VERSION)

docs: ## rewrite the pages of the rules and the parts of pages made from the program
	$(GO) test ./cmd/claimaudit -run 'TestREADME' -update

samples: ## make the sample exports and their expected findings again
	$(GO) run ./samples/generate -samples samples

look: ## render the sample workbook with LibreOffice into look/, a picture a page
	@command -v soffice pdftoppm >/dev/null || { echo "look needs soffice and pdftoppm: apt-get install libreoffice-calc poppler-utils fonts-crosextra-carlito"; exit 1; }
	rm -rf look && mkdir look
	$(GO) run ./cmd/claimaudit audit samples --as-of $(AS_OF) --fail-on never -q -o look/workbook.xlsx
	cd look && soffice --headless --convert-to pdf workbook.xlsx >/dev/null && pdftoppm -r 90 -png workbook.pdf page

tables: ## rewrite the embedded tables from the official CMS files in FROM=folder
	$(GO) run ./parsers/tables/embed -from "$(FROM)"

seal: ## compile the pair edits and seal the embedded CMS tables after a wanted change of one
	$(GO) run ./parsers/tables/embed -seal

bench: ## measure 1 million lines beside DuckDB, polars and pandas, and the Go benchmarks
	$(GO) run ./samples/bench
	$(GO) test -run '^$$' -bench . -benchmem ./...

spark: ## test the Spark job, on a Spark of its own where Java and PySpark can be had
	.ci/spark

mutants: ## change the code in one place at a time: a test must notice (EVERY=8: each eighth)
	$(GO) run ./samples/mutants -every $(EVERY) -commit "$$(git rev-parse HEAD)"

# A run that ends while an input is being shortened may fail at its deadline without any failing input;
# it is made again, once.
fuzz: ## run every fuzz target for FUZZTIME (30s)
	@grep -ro --include='*_test.go' '^func Fuzz[A-Za-z]*' . | sed 's|/[^/]*:func | |' | sort | while read -r package target; do \
		echo "$$package $$target"; \
		run="$(GO) test -run ^$$ -fuzz ^$$target$$ -fuzztime $(FUZZTIME) -fuzzminimizetime 100x $$package"; \
		log=$$(mktemp); \
		if ! $$run >"$$log" 2>&1; then \
			cat "$$log"; \
			if grep -q 'Failing input written' "$$log"; then exit 1; fi; \
			echo "$$package $$target: no failing input, once more"; \
			$$run >"$$log" 2>&1 || { cat "$$log"; exit 1; }; \
		fi; \
		tail -n 1 "$$log"; rm -f "$$log"; \
	done

dist: ## archives for linux, darwin and windows in dist/, with licences, a bill of materials and checksums
	@rm -rf dist
	@$(GO) run ./cmd/claimaudit/deploy/dist -version '$(VERSION)' -ldflags '-s -w' -time $(EPOCH) $(PLATFORMS)

image: ## build a container image of the program, where podman or docker is
	@builder=$$(for b in podman docker; do if $$b info >/dev/null 2>&1; then echo $$b; break; fi; done); \
	if [ -z "$$builder" ]; then \
		echo "NO IMAGE WAS BUILT: neither podman nor docker answers here. The file for one is cmd/claimaudit/deploy/Containerfile."; exit 1; \
	fi; \
	mkdir -p bin/image && CGO_ENABLED=0 GOOS=linux $(GO) build -trimpath -ldflags '$(LDFLAGS)' -o bin/image/claimaudit ./cmd/claimaudit && \
	$$builder build -t claimaudit:$(VERSION) -t claimaudit:latest -f cmd/claimaudit/deploy/Containerfile bin/image

clean: ## remove what builds and runs leave behind
	rm -rf claimaudit claimaudit.exe claim-audit.xlsx dist bin look
	find . -path ./.git -prune -o -type f '(' -name '*.test' -o -name '*.prof' ')' -exec rm -f '{}' +
