"""What a build does with a package, in sentences."""

from collections.abc import Sequence

from bench.core.package import ImportFailure, Package, own_module
from bench.core.run import Interpreter
from bench.core.wording import listed
from bench.findings.text.figures import counted

MOST_NAMED = 5


def verdict_of(package: Package, python: Interpreter) -> str:
    """The first sentence, on one build."""
    where = f"{titled(package)} on {python.name}"
    if package.absent:
        return f"{package.name} on {python.name}: {absence(package)}."
    if any(failure.module == package.name for failure in package.failures):
        return f"{where}: cannot be imported."
    if package.gil:
        return f"{where}: can be imported."
    if package.turned_on_by:
        return f"{where}: turns the GIL on."
    if package.failures:
        return f"{where}: cannot be imported in full; what can be imported leaves the GIL off."
    return f"{where}: leaves the GIL off."


def absence(package: Package) -> str:
    """What is not there: the package, one that it is in, or a module of one that is."""
    outer, _, inner = package.absent.rpartition(".")
    if outer:
        return f"{outer} has no module {inner}"
    return "not installed" if package.absent == package.name else f"the package {inner} is not installed"


def reasons_of(package: Package, python: Interpreter, install: str) -> list[str]:
    """Why, and what to do."""
    if package.absent:
        inner = "." in package.absent
        return ["Check the name; another version may have it." if inner else f"Install it: {install}"]
    said = []
    if package.turned_on_by:
        named = named_in(package, package.turned_on_by)
        verb = "does" if len(package.turned_on_by) == 1 else "do"
        said.append(
            f"{named} {verb} not declare support for running without the GIL, so Python turns it on for the"
            " whole process. Try a newer version; PYTHON_GIL=0 keeps the GIL off at your own risk."
        )
    said += [failed(each) for each in package.failures[:MOST_NAMED]]
    if len(package.failures) > MOST_NAMED:
        more = len(package.failures) - MOST_NAMED
        said.append(f"And {counted(more, 'more module')} cannot be imported.")
    if python.free_threaded_build and not package.turned_on_by and not package.failures:
        said.append(
            f"{counted(len(package.extensions), 'extension module')} imported."
            if package.extensions
            else "It has no extension modules: it is pure Python."
        )
    if package.left_out:
        said.append(f"No time was left for {counted(package.left_out, 'more extension module')}.")
    if python.free_threaded_build and package.declares:
        said.append(f'It declares "Free Threading :: {package.declares}".')
    return said


def next_of(seen: Sequence[tuple[Interpreter, Package]]) -> str:
    """What to ask now: whether its functions gain by threads, on the builds that can import it."""
    able = [(python, package) for python, package in seen if package.function]
    if not able:
        return ""
    named = "".join(f" --python {python.executable}" for python, _ in able) if len(seen) > 1 else ""
    package = able[0][1]
    return f"python -m bench advise {package.name}:{package.function} --args '[...]'{named}"


def titled(package: Package) -> str:
    return f"{package.name} {package.version}" if package.version else package.name


def named_in(package: Package, modules: tuple[str, ...]) -> str:
    """Modules by name; those of other packages are said to be so."""
    return listed(
        [
            name if own_module(package.name, name) else f"{name}, which it imports,"
            for name in modules[:MOST_NAMED]
        ]
    )


def failed(failure: ImportFailure) -> str:
    if failure.lacks:
        return f"{failure.module} lacks {failure.lacks}, which is not installed there."
    return f"{failure.module}: {failure.reason}"
