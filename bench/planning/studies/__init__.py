"""The cells of the studies: a subclass of ``bench.planning.study.Study`` in each file. They load nothing that
analyses. The answers are in ``bench.findings.studies``."""
