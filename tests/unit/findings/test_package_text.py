"""What a build does with a package: the first sentence is the verdict, the others say why."""

from __future__ import annotations

from dataclasses import replace

from bench.core.package import ImportFailure, Package
from bench.core.run import Interpreter
from bench.findings.text.package import next_of, reasons_of, verdict_of

GIL_BUILD = Interpreter("3.11.7", "py311", "3.11.7", "CPython", gil=True, free_threaded_build=False)
FREE = Interpreter("3.13.1t", "py313t", "3.13.1", "CPython", gil=False, free_threaded_build=True)
PURE = Package("some", "1.0", gil=False, function="go")


def test_a_package_without_extension_modules_leaves_the_gil_off() -> None:
    assert verdict_of(PURE, FREE) == "some 1.0 on 3.13.1t: leaves the GIL off."
    assert reasons_of(PURE, FREE, "") == ["It has no extension modules: it is pure Python."]


def test_a_build_with_a_gil_says_only_whether_it_can_be_imported() -> None:
    package = replace(PURE, gil=True, extensions=("some.fast",))
    assert verdict_of(package, GIL_BUILD) == "some 1.0 on 3.11.7: can be imported."
    assert reasons_of(package, GIL_BUILD, "") == []


def test_who_turns_the_gil_on_is_named_and_whose_it_is() -> None:
    package = replace(PURE, turned_on_by=("some.fast", "other.core"), extensions=("some.fast",))
    assert verdict_of(package, FREE) == "some 1.0 on 3.13.1t: turns the GIL on."
    assert reasons_of(package, FREE, "")[0].startswith(
        "some.fast and other.core, which it imports, do not declare"
    )


def test_what_is_not_there_comes_with_the_command_that_installs_it() -> None:
    package = Package("some", absent="some")
    assert verdict_of(package, FREE) == "some on 3.13.1t: not installed."
    assert reasons_of(package, FREE, "py -m pip install some") == ["Install it: py -m pip install some"]


def test_of_a_dotted_name_it_says_which_part_is_not_there() -> None:
    outer, inner = Package("some.part", absent="some"), Package("some.part", absent="some.part")
    assert verdict_of(outer, FREE) == "some.part on 3.13.1t: the package some is not installed."
    assert reasons_of(outer, FREE, "py -m pip install some") == ["Install it: py -m pip install some"]
    assert verdict_of(inner, FREE) == "some.part on 3.13.1t: some has no module part."
    assert reasons_of(inner, FREE, "") == ["Check the name; another version may have it."]


def test_what_it_lacks_is_named() -> None:
    lacks = ImportFailure("some", "ModuleNotFoundError: No module named 'other'", "other")
    package = replace(PURE, failures=(lacks,), function="")
    assert verdict_of(package, FREE) == "some 1.0 on 3.13.1t: cannot be imported."
    assert reasons_of(package, FREE, "")[0] == "some lacks other, which is not installed there."


def test_many_failures_are_counted() -> None:
    failures = tuple(ImportFailure(f"some.m{i}", "OSError: gone") for i in range(7))
    package = replace(PURE, failures=failures, extensions=("some.fast",), left_out=1, declares="2 - Beta")
    assert verdict_of(package, FREE).endswith(
        "cannot be imported in full; what can be imported leaves the GIL off."
    )
    said = reasons_of(package, FREE, "")
    assert said[5:] == [
        "And 2 more modules cannot be imported.",
        "No time was left for 1 more extension module.",
        'It declares "Free Threading :: 2 - Beta".',
    ]


def test_the_next_question_names_a_function_and_the_builds_that_can_import_it() -> None:
    absent = Package("some", absent="some")
    assert next_of([(FREE, absent)]) == ""
    asked = "python -m bench advise some:go --args '[...]'"
    assert next_of([(GIL_BUILD, PURE)]) == asked
    assert next_of([(GIL_BUILD, PURE), (FREE, absent)]) == f"{asked} --python py311"


def test_a_package_with_extension_modules_that_cannot_be_imported_is_said_to_be_so_on_every_build() -> None:
    broken = replace(PURE, extensions=("some.fast",), failures=(ImportFailure("some", "ImportError: no"),))
    for python, gil in ((GIL_BUILD, True), (FREE, False)):
        assert verdict_of(replace(broken, gil=gil), python).endswith("cannot be imported.")
