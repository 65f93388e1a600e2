"""The concurrency models: a file each, named as the model is, that reads as its textbook example.

A runner builds its workload from a ``Job`` and imports none. Worker processes load one runner by its name,
everything else asks ``bench.core.runner.RUNNERS``. What several share is in files that begin with "_".
"""
