"""The document of ``doctor``."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bench.core.run import Finding
from bench.planning.options import RULES, Options
from bench.planning.settings import Setting
from bench.report.documents import SCHEMA


@dataclass(frozen=True)
class SettingShown:
    """An option that can be set once."""

    name: str  # its key in [tool.bench]
    value: str | None  # without credentials; null: the default of each command
    origin: str  # "option", the variable's name, the file's path, or "default"


@dataclass(frozen=True)
class FitnessDocument:
    """Whether this machine is fit for benchmarking, and what is set once."""

    fit: bool  # no check found something poor
    findings: Sequence[Finding]  # of each check: name, verdict, what it saw, and advice where it is poor
    settings: Sequence[SettingShown]
    schema: int = SCHEMA


def fitness_document(findings: Sequence[Finding], settings: Sequence[SettingShown]) -> FitnessDocument:
    """The document of these findings and settings."""
    return FitnessDocument(not any(each.verdict == "poor" for each in findings), findings, settings)


def settings_shown(options: Options, settings: Mapping[str, Setting]) -> list[SettingShown]:
    """The options that can be set once, as they are given, or set as ``read_settings`` found."""
    found = dict(settings)
    found |= {name: Setting(getattr(options, name), "option") for name in RULES if options.has(name)}
    shown = []
    for name, rule in RULES.items():
        if rule.setting and name in found:
            values = found[name].value if rule.several else [found[name].value]
            shown.append(SettingShown(rule.key, ", ".join(map(rule.write, values)), found[name].origin))
        elif rule.setting:
            shown.append(SettingShown(rule.key, None, "default"))
    return shown
