"""The application with pools of threads of another size: ``bench.worker.served_resized:app``.
``BENCH_SERVED`` has beside what ``served`` reads ``pool``, that size."""

import json
import os

from bench.worker.app_loading import SERVED, asked_for
from bench.worker.app_pool import with_pool

app = with_pool(asked_for()[0], json.loads(os.environ[SERVED])["pool"])
