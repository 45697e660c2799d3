"""`python -m coachops.launch` is what `make run` starts."""

import sys

from coachops.launch.run import run

sys.exit(run())
