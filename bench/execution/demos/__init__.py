"""Demos: run in child processes, drawn as timelines, shown with their code."""
