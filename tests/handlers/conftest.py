"""Rules are proved on SQLite; every statement they send, and what happens at once, on PostgreSQL as well."""

import pytest

SQLITE_ALONE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@pytest.hookimpl(tryfirst=True)
def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    test = metafunc.definition
    if "database_url" in metafunc.fixturenames and test.get_closest_marker("both_databases") is None:
        test.add_marker(SQLITE_ALONE)
