# A thin front over CMake. On a fresh Debian 12 each target alone does everything: what CMake does not find is installed from Debian (the
# line is printed first; sudo when not root; never with DM_NO_APT=1). Other places for dependencies: CMAKE_PREFIX_PATH.
BUILD ?= build
PREFIX ?= /usr/local
SHELL := /bin/bash

help:
	@echo 'make demo           build, learn two moons, sample, measure, draw the picture'
	@echo 'make test           build and run every test'
	@echo 'make build          the commands, in $(BUILD)/bin'
	@echo 'make check          format, lint, layers, schemas, tables, the list of faults'
	@echo 'make mutants        faults of tests/mutants.tsv planted one by one: does its test catch each? a quarter of an hour on two cores; PATTERN= chooses'
	@echo 'make bench          timings against their references, and kernel by kernel'
	@echo 'make tables         the tables of README.md, from the committed result files'
	@echo 'make campaign-toys  five toy sets, five seeds: distance against floor'
	@echo 'make campaign-sbi   posteriors of four simulators learned from 100,000 simulations (reads ../shared/data/sbi)'
	@echo 'make campaign-samplers  samplers against evaluations on nine modes, exact score'
	@echo 'make campaign-ninemodes  nine modes learned with the defaults: losses beside floors, weights, variances'
	@echo 'make campaign-gaussian  learned bridges between Gaussians beside the exact one, d = 5, 20, 50'
	@echo 'make campaign-plane  bridges and flows between sets in the plane beside the static plan'
	@echo 'make campaign-growth  time against width, batch, dimension, steps and rows'
	@echo 'make campaign-speed  training and sampling beside PyTorch, exact transport beside POT'
	@echo 'make campaign-hostile  2,000 damaged files and 53 bombs through the commands that read them'
	@echo 'make schemas        rewrite schemas/ and the command pages of docs/ from the declarations'
	@echo 'make campaign-slurm  the sweep of examples/sweep under a real Slurm on this machine: requeued tasks end in the usual bytes'
	@echo 'make format         clang-format everything'
	@echo 'make install        commands, man pages, completion; library, headers, CMake package, pkg-config (PREFIX=$(PREFIX), DESTDIR)'
	@echo 'make dist           static commands as a tarball for clusters without root, and the sources, in $(BUILD)'
	@echo 'make deb            Debian packages dmkit and libdmkit-dev, in $(BUILD)'
	@echo 'make clean          remove $(BUILD)'

configure:
	@cmake/configure.sh $(BUILD)

build: configure
	@cmake --build $(BUILD) --target commands

demo: build
	@PATH="$(abspath $(BUILD))/bin:$$PATH" examples/moons/run.sh $(BUILD)/demo

test: configure
	@cmake/packages.sh oracles
	@cmake --build $(BUILD)
	@ctest --test-dir $(BUILD) --output-on-failure -j $$(nproc)

check: build
	@cmake/packages.sh lint
	@tests/check.sh $(BUILD)/bin

# Plants the faults in a copy, never here.
mutants:
	@cmake/packages.sh oracles
	@tests/mutants.sh $(BUILD) '$(PATTERN)'

format:
	@cmake/packages.sh lint
	@git ls-files -z '*.cpp' '*.h' | xargs -0 clang-format -i

schemas: build
	@tests/schemas.sh $(BUILD)/bin --write

bench: configure
	@cmake/packages.sh oracles bench
	@cmake -S . -B $(BUILD) -DDM_BENCH=ON >/dev/null
	@cmake --build $(BUILD)
	@ctest --test-dir $(BUILD)/tests/bench --verbose

tables:
	@tests/tables.sh

# Long runs whose results are committed: tests/campaigns/NAME.sh.
CAMPAIGNS := toys sbi samplers ninemodes gaussian plane growth speed slurm hostile
$(CAMPAIGNS:%=campaign-%): campaign-%: build
	@tests/campaigns/$*.sh $(BUILD)/bin

install: configure
	@cmake --build $(BUILD) --target commands pages dmkit
	@cmake --install $(BUILD) --prefix $(PREFIX)

dist: build
	@cmake/dist.sh $(BUILD)

deb: build
	@cmake/deb.sh $(BUILD)

clean:
	rm -rf $(BUILD)

.PHONY: help configure build demo test check mutants format schemas bench tables $(CAMPAIGNS:%=campaign-%) install dist deb clean
