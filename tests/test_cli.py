"""The command line: what is printed where, exit codes, and a calm end in every storm."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import pytest
from shop_file import SMALL, shop_in

from sim.cli import COMMANDS, main


@pytest.fixture
def shop(tmp_path: Path) -> str:
    """A scenario file."""
    return shop_in(tmp_path)


def told(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, str, str]:
    """Exit code, standard output and standard error of a command in this process."""
    code = main(words)
    out = capsys.readouterr()
    assert "Traceback" not in out.err
    return code, out.out, out.err


def test_run_prints_one_json_object(capsys: pytest.CaptureFixture[str], shop: str) -> None:
    """`run --format json` prints one object of the published shape and nothing else; no differences."""
    code, out, err = told(capsys, "run", shop, *SMALL, "--format", "json")
    found = json.loads(out)
    assert (code, err) == (0, "")
    assert found["schema"] == "regulars.comparison/1"
    assert found["differences"] == []
    [scenario] = found["scenarios"]
    assert scenario["file"] == shop
    wanted = {
        "cac", "cac_paid", "clv", "clv_after_cac", "ltv_simple", "ltv_cac", "payback_days", "repeat_customer_rate",
        "repeat_purchase_rate", "repeat_order_share", "purchase_frequency", "aov", "customer_value", "churn_rate", "crr",
        "loyal_customer_rate", "orders", "customers", "revenue", "contribution_margin", "referral_k",
    }  # fmt: skip
    assert wanted <= set(scenario["metrics"])
    brackets = {"retention_bracket_30", "retention_bracket_91", "retention_n_day", "retention_unbounded"}
    assert brackets | {"alive", "clv_cumulative"} <= set(scenario["curves"])
    assert found["customers"] == 300
    assert any("scaled" in note for note in found["notes"])
    figures = scenario["metrics"].values()
    assert all(each["value"] is not None or each["reason"] for each in figures)


def test_compare_pairs_and_tells_what_differs(capsys: pytest.CaptureFixture[str], shop: str) -> None:
    """One file twice with one knob turned for B: the difference stands in every format, and only there."""
    words = ["compare", shop, shop, *SMALL, "--set", "B:store.costs.goods=60%"]
    code, out, _ = told(capsys, *words, "--format", "json")
    found = json.loads(out)
    assert code == 0
    assert [each["name"] for each in found["scenarios"]] == ["shop", "shop (2)"]
    assert found["differs"] == {"shop (2)": [{"path": "store.costs.goods", "baseline": "40 %", "value": "60 %"}]}
    by_metric = {each["metric"]: each for each in found["differences"]}
    assert by_metric["orders"]["value"] == 0
    assert by_metric["orders"]["verdict"] == "no clear difference"
    assert by_metric["clv"]["verdict"] == "worse"
    _, text, _ = told(capsys, *words)
    assert "store.costs.goods  40 %  60 %" in text
    assert "worse" in text


def test_customers_scale_a_comparison_by_one_factor(capsys: pytest.CaptureFixture[str], shop: str) -> None:
    """A scenario that buys twice the customers still does so when the baseline is scaled."""
    words = ["compare", shop, shop, *SMALL, "--set", "B:channels.organic.customers=40", "--format", "json"]
    found = json.loads(told(capsys, *words)[1])
    values = [each["metrics"]["customers"]["value"] for each in found["scenarios"]]
    assert values[1] / values[0] == pytest.approx(80 / 60, rel=0.1)


def test_same_words_same_bits(capsys: pytest.CaptureFixture[str], shop: str) -> None:
    """The same command prints the same bytes; another seed prints others."""
    words = ["run", shop, *SMALL, "--format", "json"]
    first = told(capsys, *words)[1]
    assert told(capsys, *words)[1] == first
    assert told(capsys, *words, "--seed", "2")[1] != first


def test_out_and_events(capsys: pytest.CaptureFixture[str], shop: str, tmp_path: Path) -> None:
    """--out writes the report and its tables, --events a log that agrees with itself."""
    out, events = tmp_path / "out", tmp_path / "orders.csv"
    code, text, err = told(capsys, "run", shop, *SMALL, "--out", str(out), "--events", str(events))
    assert code == 0
    assert "CLV" in text
    names = ["cohorts.csv", "comparison.json", "curves.csv", "metrics.csv", "report.md"]
    assert sorted(path.name for path in out.iterdir()) == names
    assert str(events) in err
    rows = list(csv.DictReader(io.StringIO(events.read_text())))
    assert len(rows) > 200
    firsts = [row for row in rows if row["order"] == "1"]
    assert [row["customer"] for row in firsts] == [str(i + 1) for i in range(len(firsts))]
    assert [float(row["time"]) for row in rows] == sorted(float(row["time"]) for row in rows)
    assert all(row["date"] >= "2025-01-01" for row in rows)
    for row in rows:
        assert float(row["margin"]) <= float(row["revenue"]) - float(row["refund"])
    assert {row["parent"] for row in rows} == {""}


def test_quiet_says_nothing(capsys: pytest.CaptureFixture[str], shop: str, tmp_path: Path) -> None:
    """-q leaves standard error empty."""
    assert told(capsys, "run", shop, *SMALL, "-q", "--out", str(tmp_path / "out"))[2] == ""


def test_plot_goes_beside_machine_readable_data(capsys: pytest.CaptureFixture[str], shop: str) -> None:
    """With a table the charts are on standard output, with JSON on standard error, in Markdown in a block."""
    _, out, err = told(capsys, "run", shop, *SMALL, "--plot", "--truth")
    assert "┤" in out
    assert err == ""
    _, out, err = told(capsys, "run", shop, *SMALL, "--plot", "--format", "json")
    json.loads(out)
    assert "┤" in err
    assert "```text" in told(capsys, "run", shop, *SMALL, "--plot", "--format", "markdown")[1]


def test_cohorts(capsys: pytest.CaptureFixture[str], shop: str) -> None:
    """A row for each month of acquisition, everybody ordering in the first."""
    _, out, _ = told(capsys, "cohorts", shop, *SMALL, "--format", "csv")
    rows = list(csv.DictReader(io.StringIO(out)))
    assert rows[0]["cohort"] == "2025-01"
    assert {row["value"] for row in rows if row["age_month"] == "0"} == {"1"}
    assert "2025-06" in told(capsys, "cohorts", shop, *SMALL)[1]


def test_precision_asks_for_more_replications(capsys: pytest.CaptureFixture[str], shop: str) -> None:
    """The interval is about as narrow as was asked for, and more stores were simulated for it."""
    wide = json.loads(told(capsys, "run", shop, *SMALL, "--format", "json")[1])
    figure = wide["scenarios"][0]["metrics"]["repeat_customer_rate"]
    wish = (figure["high"] - figure["low"]) / 2
    words = ["run", shop, *SMALL, "--format", "json", "--precision", f"repeat_customer_rate={wish * 100}%"]
    found = json.loads(told(capsys, *words)[1])
    got = found["scenarios"][0]["metrics"]["repeat_customer_rate"]
    assert found["replications"] > wide["replications"]
    assert got["high"] - got["low"] < wish * 1.3


def test_scenarios_of_different_currencies_keep_their_own(capsys: pytest.CaptureFixture[str], shop: str) -> None:
    """Each one's amounts are in its currency, and money of two is not subtracted, in whatever form; the note says so."""
    words = ["compare", shop, shop, *SMALL]
    assert "different currencies" not in told(capsys, *words)[1]
    words += ["--set", "B:currency=EUR"]
    found = json.loads(told(capsys, *words, "--format", "json")[1])
    assert any("A in USD, B in EUR; nothing is converted, and amounts of two" in note for note in found["notes"])
    assert [each["currency"] for each in found["scenarios"]] == ["USD", "EUR"]
    told_apart = {each["metric"] for each in found["differences"] if each["verdict"] == "EUR, not USD"}
    money = {each["metric"] for each in found["differences"] if each["unit"] == "money"}
    assert {"clv", "cac", "revenue"} <= told_apart <= money
    assert all(each["value"] is None for each in found["differences"] if each["metric"] in money)
    table = told(capsys, *words, "--plot")[1]
    clv = next(line for line in table.splitlines() if line.startswith("CLV ") and "by age" not in line)
    assert "$" in clv
    assert "€" in clv
    assert clv.rstrip().endswith("EUR, not USD")
    assert "CLV by age  A in USD, B in EUR\n" in table
    rows = list(csv.DictReader(io.StringIO(told(capsys, *words, "--format", "csv")[1])))
    assert {row["currency"] for row in rows if row["unit"] == "money" and row["value"]} == {"USD", "EUR"}
    assert {row["currency"] for row in rows if row["unit"] != "money"} == {""}


@pytest.mark.parametrize(
    ("words", "needle"),
    [
        (["comapre"], "did you mean 'compare'"),
        (["--frobnicate"], "no option '--frobnicate'"),
        (["run"], "FILE"),
        (["run", "tea_shopp"], "tea_shop"),
        (["run", "SHOP", "--custmers", "5"], "did you mean '--customers'"),
        (["run", "SHOP", "--cust", "5"], "did you mean '--customers'"),
        (["run", "SHOP", "extra"], "no argument 'extra'"),
        (["run", "SHOP", "--customers", "nan"], "not within"),
        (["run", "SHOP", "--customers", "-5"], "not within"),
        (
            ["run", "SHOP", "--customers", "1000", "--set", "channels.search.monthly_spend=1e9", "--set",
             "channels.search.conversion=1e-12", "--set", "channels.organic=off"], "channels.search.monthly_spend of",
        ),
        (["run", "SHOP", "--months", "0"], "not within"),
        (["run", "SHOP", "--months", "3"], "clv_horizon of 12"),
        (["run", "SHOP", "--replications", "1.5"], "not a whole number"),
        (["run", "SHOP", "--seed", "-1"], "not within"),
        (["run", "SHOP", "--workers", "0"], "not within"),
        (["run", "SHOP", "--format", "jsn"], "json"),
        (["run", "SHOP", "--precision", "clvv=1"], "did you mean 'clv'"),
        (["run", "SHOP", "--precision", "clv"], "METRIC=WIDTH"),
        (["run", "SHOP", "--precision", "clv=0"], "not a width"),
        (["run", "SHOP", "--precision", "clv=1%"], "not a width"),
        (["run", "SHOP", "--precision", "clv=inf"], "not a width"),
        (["run", "SHOP", "--set", "B:months=3"], "no scenario B"),
        (["run", "SHOP", "--set", "store.ordrs.r=3"], "--set"),
        (["run", "SHOP", "--out", "SHOP"], "not a folder"),
        (["run", "SHOP", "--out", "no/such/place"], "no folder"),
        (["run", "SHOP", "--events", "."], "is a folder"),
        (["run", "SHOP", "--events", "no/such/file.csv"], "no folder"),
        (["compare", "SHOP"], "two"),
        (["strategies", "emial"], "did you mean 'email'"),
        (["metrics", "clw"], "did you mean 'clv'"),
        (["scenarios", "teashop"], "did you mean 'tea_shop'"),
        (["new", "SHOP"], "there already"),
        (["new", "--strategy", "wellcome"], "did you mean 'welcome'"),
        (["schema", "--format", "json"], "no option"),
        (["run", "x\x1b[31m.yaml"], "no such scenario"),
        (["run", "nul\0byte.yaml"], "no such scenario"),
    ],
)
def test_bad_input_is_told_with_exit_code_2(
    capsys: pytest.CaptureFixture[str], shop: str, words: list[str], needle: str
) -> None:
    """Every mistake: exit code 2, a sentence with a way out on standard error, nothing on standard output."""
    code, out, err = told(capsys, *(word.replace("SHOP", shop) for word in words))
    assert (code, out) == (2, "")
    assert needle in err
    assert "\x1b" not in err


def test_all_mistakes_of_all_files_are_told(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    """Two bad files, all their mistakes at once, each with file and line."""
    for name in ("a.yaml", "b.yaml"):
        (tmp_path / name).write_text("store: {ordrs: 3}\nmonts: 4\n")
    for command in (["compare"], ["validate"]):
        code, _, err = told(capsys, *command, str(tmp_path / "a.yaml"), str(tmp_path / "b.yaml"))
        assert code == 2
        lines = err.splitlines()
        assert len(lines) == 4
        assert all(f"{name}.yaml:{line}:" in err for name in "ab" for line in (1, 2))


def test_validate_says_which_are_valid(capsys: pytest.CaptureFixture[str], shop: str, tmp_path: Path) -> None:
    """Good files are named on standard output even where another is bad."""
    (tmp_path / "bad.yaml").write_text("[")
    code, out, err = told(capsys, "validate", shop, str(tmp_path / "bad.yaml"))
    assert (code, out) == (2, f"{shop}: valid\n")
    assert "bad.yaml" in err


def test_new_writes_what_validates(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    """The starter file is valid; it is not overwritten unless asked."""
    path = str(tmp_path / "my_store.yaml")
    assert told(capsys, "new", "-")[1] == told(capsys, "new")[1]
    assert told(capsys, "new", path)[0] == 0
    assert told(capsys, "validate", path)[0] == 0
    assert told(capsys, "new", path)[0] == 2
    assert told(capsys, "new", path, "--force")[0] == 0
    assert told(capsys, "new")[1].startswith("#")


def test_lists_in_every_format(capsys: pytest.CaptureFixture[str]) -> None:
    """Scenarios, strategies and metrics are listed for people and for machines, and each is explained by name."""
    for command, name in (("scenarios", "tea_shop"), ("strategies", "email"), ("metrics", "clv")):
        code, text, _ = told(capsys, command)
        assert code == 0
        assert name in text
        listed = json.loads(told(capsys, command, "--format", "json")[1])
        assert name in [each.get("name", each.get("id")) for each in listed]
        assert told(capsys, command, "--format", "csv")[1].count("\n") >= len(listed) + 1
        assert told(capsys, command, "--format", "markdown")[1].startswith("| ")
        assert len(told(capsys, command, name)[1]) > 100
    explained = json.loads(told(capsys, "strategies", "email", "--format", "json")[1])
    knob = next(each for each in explained["knobs"] if each["knob"] == "every")
    assert knob["default"]
    assert knob["help"]
    assert "store:" in told(capsys, "scenarios", "tea_shop.yaml")[1]
    json.loads(told(capsys, "schema")[1])


def test_help_of_every_command_has_an_example(capsys: pytest.CaptureFixture[str]) -> None:
    """Help goes to standard output, names the command and shows one real example; no words means help."""
    for command in COMMANDS:
        code, text, err = told(capsys, command, "--help")
        assert (code, err) == (0, "")
        assert "example" in text
        assert f"regulars {command}" in text.split("example")[1]
    assert told(capsys)[1] == told(capsys, "--help")[1]
    assert all(command in told(capsys)[1] for command in COMMANDS)
    assert told(capsys, "--version")[1].startswith("regulars ")


def test_the_cohort_table_is_defined_beside_the_metrics(capsys: pytest.CaptureFixture[str]) -> None:
    """The cohort table has its definition in the list of metrics, as everything else that is shown."""
    assert main(["metrics", "cohorts"]) == 0
    told = " ".join(capsys.readouterr().out.split())
    assert "columns their age in months of 30 days" in told
    assert "Column 0 holds the first order" in told
