"""The workloads, in the order in which they are run."""

from __future__ import annotations

from tests.bench.workload import Workload
from tests.bench.workloads.burst import BURST
from tests.bench.workloads.cli import CLI
from tests.bench.workloads.cold_start import COLD_START
from tests.bench.workloads.console import CONSOLE
from tests.bench.workloads.drop_datacenter import DROP_DATACENTER
from tests.bench.workloads.earliest_start import EARLIEST_START
from tests.bench.workloads.fair import FAIR
from tests.bench.workloads.iac import IAC
from tests.bench.workloads.idle import IDLE
from tests.bench.workloads.ledger import LEDGER
from tests.bench.workloads.neighbour import NEIGHBOUR
from tests.bench.workloads.place_one import PLACE_ONE
from tests.bench.workloads.place_one_slurm import PLACE_ONE_SLURM
from tests.bench.workloads.quality import QUALITY
from tests.bench.workloads.questions import QUESTIONS
from tests.bench.workloads.status_size import STATUS_SIZE
from tests.bench.workloads.storm import STORM
from tests.bench.workloads.takeover import TAKEOVER

WORKLOADS: tuple[Workload, ...] = (
    PLACE_ONE,
    PLACE_ONE_SLURM,
    EARLIEST_START,
    IDLE,
    BURST,
    FAIR,
    QUESTIONS,
    DROP_DATACENTER,
    COLD_START,
    QUALITY,
    STATUS_SIZE,
    LEDGER,
    STORM,
    TAKEOVER,
    NEIGHBOUR,
    IAC,
    CLI,
    CONSOLE,
)
