# Two commands matter: `make demo` and `make test`. Each prepares all it needs.
.PHONY: help setup programs demo test stories stacks-test test-fast model hostile companions-test console-test alerts-test gitops-test chart-test image-test shells-test release mutants simulate blips bench check docs format generate lock clean

FAST = not lab and not e2e and not model and not alerts and not gitops and not chart and not image and not shells and not browser
# The rooms in which tests of a real control plane stand; to collect the others as well takes a minute.
LAB = $(addprefix tests/,cli client console docs examples guards hostile infra lab lab_cloud simulation upgrade)
# Two files at a time, each on servers of its own, in the order in which they were collected.
BY_FILE = -n 2 --dist loadfile --no-loadscope-reorder

help: ## what can be made
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/  make \1	\2/p' $(MAKEFILE_LIST) | expand -t 20

setup: ## .venv with the locked dependencies
	@tools/setup

programs: setup ## the control-plane programs of the lab, built once and cached
	@.venv/bin/python -m holdfast_lab.programs

demo: programs ## the whole story on a hub and two datacenters on this machine; WITH=kueue,jobset adds theirs
	@.venv/bin/holdfast lab demo $(if $(WITH),--with $(WITH))

test: programs ## every rule and every part, on a real API server; the fast tests first; about a quarter of an hour
	.venv/bin/python -m pytest -n 2 -m "$(FAST)" --durations=10
	.venv/bin/python -m pytest $(BY_FILE) -m "lab and not e2e and not chart and not companions" --durations=10 $(LAB)

stories: programs ## whole stories in a lab, with their trouble: from pulumi up to hardware handed back; ten minutes
	.venv/bin/python -m pytest $(BY_FILE) -m "e2e and not companions and not stacks" --durations=5 tests/e2e

stacks-test: programs ## every stack that platform teams have up and down again, and plans of clusters judged: eight minutes
	.venv/bin/python -m pytest -q -m stacks --durations=5 tests/e2e

test-fast: setup ## the tests that need no control plane: three minutes
	.venv/bin/python -m pytest -q -n 2 -m "$(FAST)"

model: setup ## every order of two planners, two agents and tenants in a small world: about a minute
	.venv/bin/python -m pytest -q -n 2 -m model --durations=5 tests/model

hostile: programs ## what a tenant tries with its own identity, on real servers: about three minutes
	.venv/bin/python -m pytest -q -m hostile --durations=5 tests/hostile

console-test: programs ## the console in a real Chromium (Debian's package chromium), and signing in at a real dex; about five minutes, two more to build dex once (0.5 GB)
	.venv/bin/python -m pytest -q $(BY_FILE) -m browser tests/console/browser --durations=5

alerts-test: programs ## the alerts, played by promtool and fired in a lab that a real Prometheus scrapes: about ten minutes
	.venv/bin/python -m pytest -q -m alerts --durations=3 tests/alerts

gitops-test: programs ## what kstatus and Argo CD's Lua, from their Go modules, make of our objects on a real API server
	.venv/bin/python -m pytest -q -m gitops --durations=3 tests/gitops

chart-test: programs ## the charts, linted, rendered, and installed into a real API server by helm from its Go module
	.venv/bin/python -m pytest -q -m chart --durations=3 tests/chart

image-test: setup ## the image's recipe, judged by BuildKit's linter, its steps run in a plain folder; no container engine
	.venv/bin/python -m pytest -q -m image --durations=3 tests/image

shells-test: setup ## completion in zsh and fish: Debian's packages zsh and fish
	.venv/bin/python -m pytest -q -m shells tests/cli -rs

release: programs ## wheels, manifests, charts and a bill of materials in build/release; no image
	@.venv/bin/python -m holdfast_lab.release

companions-test: programs ## jobs in queues beside real Kueue, JobSet and LeaderWorkerSet: some minutes, and many more to build them once
	.venv/bin/python -m pytest -q -m companions --durations=5 tests/companions tests/e2e

mutants: setup ## every planted protocol bug is noticed by a check: no control plane
	.venv/bin/python -m tests.mutants.run

simulate: setup ## ten thousand random lifetimes and the sweep of every call: docs/simulation.md
	.venv/bin/python -m tests.simulation.run --lifetimes 10000 --sweep --jobs 2

blips: setup ## a simulated year of failures and blips: what was interrupted, what was delivered (docs/repair.md)
	@.venv/bin/python -m tests.simulation.blips

bench: programs ## how fast it is at full size, beside its peers: docs/benchmarks.md; half an hour
	@.venv/bin/python -m tests.bench.run

check: setup ## format, lint, types, floors, budgets, generated files
	.venv/bin/ruff format --check .
	.venv/bin/ruff check .
	.venv/bin/mypy
	.venv/bin/lint-imports
	.venv/bin/python -m holdfast.api.generate --check
	.venv/bin/python -m holdfast.cli.manual --check
	.venv/bin/python -m holdfast.cli.metrics_page --check
	.venv/bin/python -m holdfast.cli.invariants_page --check
	.venv/bin/python -m pytest -q tests/house

format: setup ## put every file into the house's format
	.venv/bin/ruff format .
	.venv/bin/ruff check --fix .

docs: setup ## the pages of docs/ as a site in build/site; a link that leads nowhere is an error
	@tools/docs

generate: setup ## CRDs, man pages, and the pages of docs/ that say what the code says
	.venv/bin/python -m holdfast.api.generate
	.venv/bin/python -m holdfast.cli.manual
	.venv/bin/python -m holdfast.cli.metrics_page
	.venv/bin/python -m holdfast.cli.invariants_page

lock: ## requirements.lock from requirements.in, and that of docs/; needs uv on PATH
	uv pip compile requirements.in -o requirements.lock --generate-hashes --universal --python-version 3.11 \
		--no-header --no-annotate --quiet --no-emit-package holdfast --no-emit-package holdfast-infra \
		--no-emit-package holdfast-lab
	uv pip compile docs/requirements.in -o docs/requirements.lock --generate-hashes --universal --python-version 3.11 \
		--no-header --no-annotate --quiet

clean: ## take the lab down and remove .venv; cached programs stay
	-@[ -x .venv/bin/holdfast ] && .venv/bin/holdfast lab down --delete
	rm -rf .venv .venv.before .venv-docs
