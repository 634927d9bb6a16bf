"""`regulars describe`: a real history through the functions that read a simulation, and calm refusals."""

from __future__ import annotations

import csv
import datetime
import io
import json
import resource
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from order_files import HEADER, cdnow_file, taken, written
from shop_file import ENVIRON, SMALL, shop_in

from sim.cli import main
from sim.compare import read
from sim.errors import BadInput
from sim.experiment import event_log
from sim.files.scenario_file import load_scenario
from sim.metrics.statistics import Reading, fold
from sim.orders.describing import UNTOLD, Conventions, describe
from sim.orders.history import to_log
from sim.report.order_csv import rows_csv

CDNOW = ["describe", str(cdnow_file()), "--customer", "1", "--date", "3", "--amount", "5"]
ORDERS = HEADER + "".join(f"c{i % 40},2024-{1 + i % 12:02}-{1 + i % 27:02},{20 + i % 9}.50\n" for i in range(200))


def told(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, str, str]:
    """Exit code, standard output and standard error of a command in this process."""
    code = main(words)
    out = capsys.readouterr()
    assert "Traceback" not in out.err
    return code, out.out, out.err


def test_cdnow(capsys: pytest.CaptureFixture[str]) -> None:
    """The published facts of the CDNOW sample stand in what `describe` prints, to the calibration's end and in all."""
    code, out, err = told(capsys, *CDNOW, "--until", "1997-09-30", "--format", "json")
    found = json.loads(out)
    assert code == 0
    assert found["schema"] == "regulars.history/1"
    metrics = {id: each["value"] for id, each in found["metrics"].items()}
    assert (metrics["customers"], metrics["orders"]) == (2357, 2357 + 2457)
    assert metrics["repeat_customer_rate"] == pytest.approx(946 / 2357)
    counts = [round(point["value"] * 2357) for point in found["curves"]["customers_by_orders"]["points"]]
    assert [*counts[:7], sum(counts[7:])] == [1411, 439, 214, 100, 62, 38, 29, 64]
    assert [row["customers"] for row in found["cohorts"][:4]] == [781, 857, 719, 0]
    assert "taken: 4,814 orders of 2,357 customers" in err
    whole = json.loads(told(capsys, *CDNOW, "--format", "json")[1])
    assert whole["metrics"]["orders"]["value"] == 6696
    apart = json.loads(told(capsys, *CDNOW, "--keep-days", "--format", "json")[1])
    assert apart["metrics"]["orders"]["value"] == 6919
    assert apart["metrics"]["revenue"]["value"] == whole["metrics"]["revenue"]["value"]


def test_every_form_has_the_figures_the_cohorts_and_the_account(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Table, JSON, CSV and Markdown tell the same; the account is on standard error, --quiet silences it."""
    path = str(written(tmp_path, ORDERS))
    code, table, err = told(capsys, "describe", path, "--plot")
    assert code == 0
    assert "plain table, 200 rows" in err
    assert "Retention, brackets of 30 days" in table
    assert "of 40 customers" in table.splitlines()[0]
    assert "cohort  customers" in table
    assert "no acquisition spend is known" in table
    found = json.loads(told(capsys, "describe", path, "--format", "json", "-q")[1])
    rows = list(csv.DictReader(io.StringIO(told(capsys, "describe", path, "--format", "csv")[1])))
    by_metric = {row["metric"]: row["value"] for row in rows if row["group"] == "all"}
    assert float(by_metric["aov"]) == pytest.approx(found["metrics"]["aov"]["value"])
    assert found["account"]["rows"] == 200
    markdown = told(capsys, "describe", path, "--format", "markdown")[1]
    assert "## Cohorts" in markdown
    assert "## How the file was read" in markdown
    assert told(capsys, "describe", path, "-q")[2] == ""


def test_a_folder_of_results(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """--out writes all tables, or none where one cannot be written."""
    path, out = str(written(tmp_path, ORDERS)), tmp_path / "results"
    assert told(capsys, "describe", path, "--out", str(out))[0] == 0
    names = {"history.json", "metrics.csv", "curves.csv", "cohorts.csv", "report.md"}
    assert {each.name for each in out.iterdir()} == names
    assert json.loads((out / "history.json").read_text())["first"] == "2024-01-01"
    code, _, err = told(capsys, "describe", path, "--out", path)
    assert (code, "is a file, not a folder" in err) == (2, True)


def test_a_limit_of_file_size_leaves_nothing_behind(tmp_path: Path) -> None:
    """Where the folder cannot hold the results, it is told in a sentence and no half file is left."""
    path, out = written(tmp_path, ORDERS), tmp_path / "results"

    def limited() -> None:
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (3000, 3000))

    done = subprocess.run(
        [sys.executable, "-m", "sim", "describe", str(path), "--out", str(out), "-q"],
        env=ENVIRON, capture_output=True, text=True, timeout=60, preexec_fn=limited, cwd=Path(__file__).parent.parent,
    )  # fmt: skip
    assert done.returncode == 1
    assert "File too large" in done.stderr
    assert not out.exists()


def test_what_a_history_cannot_tell_is_not_read_as_nothing(tmp_path: Path) -> None:
    """Discounts, referrals, messages, costs, truth and CAC have no figure but a reason; refunds only where they are told."""
    table, _ = taken(tmp_path, ORDERS)
    result = describe(table, "x", "x", Conventions()).scenarios[0]
    for metric in (*UNTOLD, "cac", "ltv_cac", "payback_days", "churn_true"):
        assert result.metrics[metric].value is None
        assert result.metrics[metric].reason
    assert all(point.value is None for point in result.curves["alive"].points)
    # A figure of nothing is one that nobody wrote down: in a history with orders, customers and repeats none is left.
    assert [id for id, figure in result.metrics.items() if figure.value == 0 == figure.high] == []
    with_refunds, _ = taken(tmp_path, ORDERS + "c1,2024-12-30,-5.00\n")
    share = describe(with_refunds, "x", "x", Conventions()).scenarios[0].metrics["refund_share"].value
    assert share == pytest.approx(5 / ((table.cents.sum()) / 100))


def test_margin_start_window_and_horizon(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The conventions that are given are used, and said."""
    path = str(written(tmp_path, ORDERS))
    plain = json.loads(told(capsys, "describe", path, "--format", "json")[1])
    words = ["--margin", "40 %", "--start", "2024-06-01", "--activity-window", "60 d", "--clv-horizon", "3"]
    words += ["--discount-rate", "0"]
    found = json.loads(told(capsys, "describe", path, *words, "--format", "json")[1])
    margin, revenue = (found["metrics"][id]["value"] for id in ("contribution_margin", "revenue"))
    assert margin == pytest.approx(0.4 * revenue, rel=1e-3)
    assert plain["metrics"]["contribution_margin"]["value"] == plain["metrics"]["revenue"]["value"]
    assert found["metrics"]["customers"]["value"] < plain["metrics"]["customers"]["value"]
    assert any("margin: 40 % of revenue" in note for note in found["notes"])
    assert any("ordered within 60 d" in note and "3 months of age" in note for note in found["notes"])
    assert any("all revenue is counted as margin" in note for note in plain["notes"])
    code, _, err = told(capsys, "describe", path, "--start", "2025-06-01")
    assert (code, "the history ends on 2024-12" in err) == (2, True)


@pytest.mark.parametrize(
    "words",
    [
        ["--margin", "140%"], ["--start", "soon"], ["--activity-window", "0"], ["--date-order", "mdx"], ["--delimter", ";"],
        ["--plott"],
    ],
)  # fmt: skip
def test_wrong_options_are_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str], words: list[str]) -> None:
    """A wrong value or an unknown option ends with exit code 2 and a sentence."""
    code, out, err = told(capsys, "describe", str(written(tmp_path, ORDERS)), *words)
    assert (code, out) == (2, "")
    assert err.startswith("regulars: ")


def test_mistakes_of_a_file_are_told_with_their_place(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A row that cannot be read ends with exit code 2, the file, the line and the column, and nothing on standard output."""
    path = written(tmp_path, HEADER + "anna@example.com,2025-01-05,ten\n")
    code, out, err = told(capsys, "describe", str(path))
    assert (code, out) == (2, "")
    assert f"{path}:2:3: amount: " in err
    assert "anna" not in err


def test_from_standard_input() -> None:
    """`-` reads what another program writes, packed or not."""
    import gzip

    for data in (ORDERS.encode(), gzip.compress(ORDERS.encode())):
        done = subprocess.run(
            [sys.executable, "-m", "sim", "describe", "-", "--format", "json"],
            env=ENVIRON, input=data, capture_output=True, timeout=60, cwd=Path(__file__).parent.parent,
        )  # fmt: skip
        assert json.loads(done.stdout)["customers"] == 40
        assert b"standard input: plain table, 200 rows" in done.stderr


def test_one_customer_and_no_repeats(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Histories of one customer, of one order, and without repeats are described, with reasons for what has no figure."""
    for text in ("a,2024-01-05,10.00\n", "a,2024-01-05,10.00\na,2024-03-05,10.00\n", "a,2024-01-05,1.00\nb,2024-01-06,2.00\n"):
        code, out, _ = told(capsys, "describe", str(written(tmp_path, HEADER + text)), "--format", "json")
        found = json.loads(out)
        assert code == 0
        assert all(each["value"] is not None or each["reason"] for each in found["metrics"].values())
        assert told(capsys, "describe", str(written(tmp_path, HEADER + text)), "--plot", "--all")[0] == 0


def test_a_simulation_described_is_the_simulation(tmp_path: Path) -> None:
    """What `run --events` writes is read back to the same figures that the engine's own log gives, where both know them."""
    scenario = load_scenario(shop_in(tmp_path))
    log = event_log(scenario, 3)
    table, account = taken(tmp_path, "".join(rows_csv(log)), merge_days=False)
    assert account.form == "log of a simulation"
    assert account.orders == log.orders.time.size
    own = read(fold(log, Reading.of_scenario(scenario)), "own")
    back = to_log(table, start=scenario.start, until=scenario.start + datetime.timedelta(days=int(log.end) - 1))
    again = read(fold(back, Reading.of_log(back, clv_horizon=scenario.clv_horizon, discount_rate=scenario.discount_rate,
                                           activity_window=scenario.activity_window)), "again")  # fmt: skip
    for metric in (
        "customers", "orders", "buyers", "repeat_customer_rate", "third_order_rate", "repeat_order_share",
        "purchase_frequency", "repeat_purchase_rate",
    ):  # fmt: skip
        assert again.metrics[metric].value == pytest.approx(own.metrics[metric].value, rel=1e-12), metric
    bought = log.orders.time >= 0
    revenue = (log.orders.list_price - log.orders.discount - log.orders.refund)[bought].sum() / 100
    assert again.metrics["revenue"].value == pytest.approx(revenue)
    margin = (log.orders.margin - log.orders.refund_margin)[bought].sum() / 100
    assert again.metrics["contribution_margin"].value == pytest.approx(margin)
    curve, other = own.curves["retention_bracket_30"].points, again.curves["retention_bracket_30"].points
    assert [p.value for p in curve] == pytest.approx([p.value for p in other], rel=1e-9)


def test_describing_what_run_wrote(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """`run --events` and `describe` work together on the command line."""
    path = str(tmp_path / "log.csv")
    assert told(capsys, "run", shop_in(tmp_path), *SMALL, "--events", path)[0] == 0
    code, out, err = told(capsys, "describe", path, "--keep-days", "--format", "json")
    assert (code, "log of a simulation" in err) == (0, True)
    assert "margin: as the file tells it" in json.loads(out)["notes"]


def test_dates_that_leave_nothing(tmp_path: Path) -> None:
    """A start after the end is bad input, not a failure."""
    table, _ = taken(tmp_path, ORDERS)
    with pytest.raises(BadInput, match="the history ends on"):
        to_log(table, start=datetime.date(2030, 1, 1))
