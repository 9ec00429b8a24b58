# Thin: every target is one or two commands that can be typed by hand.
PRESET ?= release
BUILD := build/$(PRESET)
PROGRAM := build/release/mdsm
JOBS ?= $(shell nproc)

.PHONY: all setup setup-test setup-check build test test-slow test-peers test-python demo fuzz bench format check check-quick docs site install clean help

all: build

help:            ## this list
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed 's/:[^#]*## */\t/' | expand -t 16

setup:           ## install what the project needs: Debian packages (root or sudo) and LibTorch into .venv (DEVICE=cuda: and what a card needs)
	@tools/setup.sh $(if $(filter cuda,$(DEVICE)),--cuda)

setup-test:      ## the same, and what only tests need (Chromium, in which reports are drawn)
	@tools/setup.sh --tests

setup-check:     ## clang-format and clang-tidy of one version, into .venv-check
	@tools/setup_check.sh

build: setup     ## configure and build (PRESET=release|dev|asan|ubsan)
	cmake --preset $(PRESET)
	cmake --build --preset $(PRESET) --parallel $(JOBS)

test: setup-test build ## build and run the tests
	ctest --preset $(PRESET) --parallel $(JOBS)

test-slow: build ## the tests that take minutes
	ctest --test-dir $(BUILD) --output-on-failure -L slow

test-peers: build ## compare with PyTorch itself (installs the full wheel into .venv-peers: 5 GB)
	@tools/setup_peers.sh
	ctest --test-dir $(BUILD) --output-on-failure -L peers

test-python: setup ## the Python package and its tests (installs the full PyTorch wheel into .venv-python: 5 GB)
	@tools/test_python.sh

demo: PRESET := release
demo: build      ## train on real MNIST and draw a picture of samples
	@tools/demo.sh $(PROGRAM)

fuzz:            ## every reader of strangers' bytes for SECONDS each (libFuzzer, clang)
	@tools/setup.sh --fuzz
	cmake --preset fuzz
	cmake --build --preset fuzz --parallel $(JOBS)
	@tools/fuzz.sh $(or $(SECONDS),60)

bench: build     ## measure
	@tools/bench.sh $(BUILD)

format: setup-check ## clang-format every source file
	git ls-files '*.h' '*.cc' | xargs .venv-check/bin/clang-format -i

check-quick:     ## the rules of the house and the formatting, in seconds, without a build
	@tools/check_quick.sh

check: build     ## these, generated pages, clang-tidy (long the first time, then what has changed)
	@tools/check.sh $(BUILD)

docs: build      ## write the generated pages
	$(PROGRAM) --help-markdown > docs/cli.md

site:            ## the documentation as a site, build/site/index.html (installs MkDocs into .venv-site)
	@tools/site.sh

install: build   ## install under PREFIX (default /usr/local)
	cmake --install $(BUILD) --prefix $(or $(PREFIX),/usr/local)

clean:           ## remove what was built (not .venv, not runs)
	rm -rf build
