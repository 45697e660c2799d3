"""The product's settings, with the benchmarks' kind of message and a lease that can be chosen."""

import os

from coachops.settings import *  # noqa: F403, TID251 -- these are settings themselves
from coachops.settings import INSTALLED_APPS as _APPS  # noqa: TID251 -- as above

INSTALLED_APPS = [*_APPS, "benchmarks.apps.BenchmarksConfig"]
OUTBOX_LEASE_SECONDS = int(os.environ.get("OUTBOX_LEASE_SECONDS", "120"))
