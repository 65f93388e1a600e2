"""The application, where each server looks for it: ``bench.worker.served:app``, the user's object itself.

``BENCH_SERVED`` says which it is, as JSON with ``target`` and ``folder``.
"""

from bench.worker.app_loading import asked_for

app = asked_for()[0]
