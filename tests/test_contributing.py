"""The README and the page for contributors: what they show must work."""

from __future__ import annotations

import dataclasses
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

import sim.strategies
from sim.experiment import event_log
from sim.files.scenario_file import load_scenario
from sim.files.schema import json_schema
from sim.strategies import catalogue

PAGE = Path(__file__).parent.parent / "CONTRIBUTING.md"


@pytest.fixture
def strategy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """The page's strategy as one new file in a folder of strategies."""
    code = PAGE.read_text(encoding="utf-8").split("```python\n")[1].split("```")[0]
    (tmp_path / "handwritten_card.py").write_text(code, encoding="utf-8")
    monkeypatch.setattr(sim.strategies, "__path__", [*sim.strategies.__path__, str(tmp_path)])
    catalogue.cache_clear()
    yield "handwritten_card"
    sys.modules.pop("sim.strategies.handwritten_card", None)
    catalogue.cache_clear()


def test_one_file_is_a_strategy(strategy: str, tmp_path: Path) -> None:
    """A strategy in one new file is in the catalogue, the schema, the YAML and the `--set` paths, and it acts."""
    assert strategy in catalogue()
    assert strategy in str(json_schema())
    file = tmp_path / "shop.yaml"
    file.write_text(f"store: {{}}\nmonths: 13\nstrategies: {{{strategy}: {{cost: 1.20}}}}\n", encoding="utf-8")
    scenario = load_scenario(file, sets=[f"strategies.{strategy}.lift=0.5"])
    with_cards = event_log(scenario, 1)
    without = event_log(dataclasses.replace(scenario, strategies={}), 1)
    assert with_cards.orders.time.size > without.orders.time.size
    assert (with_cards.costs.amount == 1_200_000).all()
    assert with_cards.costs.time.size == with_cards.orders.time.size


def test_the_readmes_scenario_is_valid(tmp_path: Path) -> None:
    """The scenario that the README shows loads, and says what the text around it says."""
    page = (PAGE.parent / "README.md").read_text(encoding="utf-8")
    file = tmp_path / "tea_sale.yaml"
    file.write_text(page.split("```yaml\n")[1].split("```")[0], encoding="utf-8")
    scenario = load_scenario(file)
    assert scenario.name == "Two sales a year"
    assert list(scenario.strategies) == ["discount_cycle"]
