"""The services and cells of the integration tests."""

from tests.integration.conftest import fail, lab, observe

__all__ = ["fail", "lab", "observe"]
