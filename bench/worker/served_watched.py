"""The application watched by a thread: ``bench.worker.served_watched:app``. ``BENCH_SERVED`` has beside what
``served`` reads ``watch``, the folder for what was seen."""

import json
import os

from bench.worker.app_loading import SERVED, asked_for
from bench.worker.app_watch import watched

app = watched(*asked_for(), json.loads(os.environ[SERVED])["watch"])
