"""What a run answers to each study: ``answer(summary)`` in a file named like that of its cells in
``bench.planning.studies``."""
