"""What the README claims, measured again on this machine: `python -m benchmarks [NAME ...] [--json]`."""

import sys
from pathlib import Path

# The factories of rows, the PostgreSQL server and the written requests are those of the tests.
sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))
