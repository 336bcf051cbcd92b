"""COSTS.md adds up, and keeps the promise of a default environment under 200 USD a month."""

import math
import re

import pytest
from tests.infra.terraform.conftest import cost_table

ROW = re.compile(r"\| (?P<what>.+) \| (?P<much>.+) \| (?P<each>[\d.]+) \| (?P<month>[\d.]+) \|")
TOTAL = re.compile(r"\| \*\*Total\*\* \| \| \| \*\*([\d.]+)\*\* \|")


@pytest.mark.parametrize("environment", ["dev", "prod"])
def test_the_table_adds_up(environment: str) -> None:
    table = cost_table(environment)
    rows = list(ROW.finditer(table))
    assert len(rows) > 20
    for row in rows:
        factors = [float(number) for number in re.findall(r"[\d.]+", row["much"])]
        month = math.prod(factors) * float(row["each"])
        assert float(row["month"]) == pytest.approx(month, abs=0.006), row["what"]
    assert _total(table) == pytest.approx(sum(float(row["month"]) for row in rows), abs=0.006)


def test_dev_is_under_its_limit() -> None:
    assert _total(cost_table("dev")) < 200


def _total(table: str) -> float:
    found = TOTAL.search(table)
    assert found
    return float(found[1])
