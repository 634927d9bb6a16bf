"""Service: failures, what mends them, and who may order without an account."""

from __future__ import annotations

import dataclasses
from typing import Any

import numpy as np
import pytest
from service_store import FAILING, REPLICATIONS, counted, interval, lost, make, run, scenario

from sim.commands.simulation import load
from sim.log import GROUPS, MICROS, EventLog
from sim.mood import Mood
from sim.population import Population
from sim.scenario import DAYS_A_MONTH
from sim.store import Store
from sim.store_knobs import Contact, Service
from sim.strategies.account_policy import AccountPolicy
from sim.strategies.complaint_handling import ComplaintHandling
from sim.strategies.loyalty_points import LoyaltyPoints
from sim.strategies.product_improvement import Improvement
from sim.strategies.service_training import ServiceTraining
from sim.strategies.support_desk import SupportDesk

CLEAN = dataclasses.replace(FAILING, service=Service(failures=0.0))


def failure_rate(log: EventLog) -> np.ndarray:
    """Share of orders that failed, by replication."""
    return (counted(log, "service.failed") / counted(log, "service.orders"))[:, 0]


# The store's own failures and the mood ------------------------------------------------------------------------------


def test_more_orders_than_the_store_can_serve_fail_and_lose_customers() -> None:
    """With a capacity of two thirds of its orders, of each week's orders that share fails which was beyond it in the week
    before; customers who mind are lost, and then fewer orders fail."""
    log = run({}, customers=1000.0, store=CLEAN, pre_history=12)
    capacity = (log.orders.time >= 0.0).sum() / REPLICATIONS / (log.end / 7.0) * 2 / 3
    patient, touchy = (
        run({}, customers=1000.0, pre_history=12, store=dataclasses.replace(CLEAN, service=service))
        for service in (Service(capacity=capacity, failure_dropout=1.0), Service(capacity=capacity, failure_dropout=3.0))
    )
    seen = log.orders.time >= 0.0
    week, who = np.floor(log.orders.time[seen] / 7.0), log.customers.cell[log.orders.customer[seen]] // GROUPS
    weeks = np.histogram2d(who, week, bins=(REPLICATIONS, np.arange(54)))[0]
    beyond = np.maximum(1.0 - capacity / weeks[:, :-1], 0.0)
    expected = (weeks[:, 1:] * beyond).sum(axis=1)
    failed = counted(patient, "service.failed")[:, 0]
    assert (np.abs(failed - expected) < 4.0 * np.sqrt(expected)).all()
    assert 0.25 < failure_rate(patient).mean() < 0.4
    assert interval(lost(touchy) - lost(patient))[0] > 0.0
    assert interval(failure_rate(touchy) - failure_rate(patient))[1] < 0.0
    ample = dataclasses.replace(CLEAN, service=Service(capacity=capacity * 20))
    assert counted(run({}, customers=1000.0, store=ample, pre_history=12), "service.failed").sum() == 0


WAKES = {
    "complaint_handling": ComplaintHandling(), "delight": make("delight", pleases=0.7, share=0.5),
    "win_back": make("win_back", after=30.0, reactivates=1.0), "support_desk": SupportDesk(questions=0.5),
}  # fmt: skip
"""What moves moods in every way, and brings customers back who were lost."""


@pytest.mark.parametrize("strategies", [{}, WAKES], ids=["failures", "all"])
def test_the_mood_of_the_living_is_counted_at_each_month_end(strategies: dict[str, Any]) -> None:
    """Each month's count is the living of a store that ends there, with their moods."""
    of = scenario(strategies)
    store = Store(of, 1)
    log = store.run()
    people, level = (log.counts[f"mood.{what}"].sum(axis=0) for what in ("people", "level"))
    assert people.size == of.months
    assert people[-1] == np.isinf(log.customers.died).sum()
    assert strategies or level[-1] < 0
    for month in (1, 2, 7, 8, 12):
        shorter = Store(dataclasses.replace(of, months=month), 1)
        assert shorter.run().end == log.month_edges[of.pre_history + month]
        alive = shorter.people.alive[:]
        assert people[month - 1] == alive.sum()
        assert level[month - 1] == np.rint(1000.0 * shorter.mood.level[:][alive]).sum() != 0
    assert "mood.people" not in Store(scenario({}, store=CLEAN), 1).run().counts


def test_moods_are_counted_by_cell_whatever_runs_beside() -> None:
    """A replication's moods are the same side by side with others and alone, and blocks add up to the whole."""
    of = scenario({})
    together = Store(of, 1, range(3)).run().counts["mood.level"]
    alone = Store(of, 1, range(2, 3)).run().counts["mood.level"]
    np.testing.assert_array_equal(together[2 * GROUPS :], alone)
    parts = [Store(of, 1, range(2, 3), block, 2).run().counts["mood.level"] for block in range(2)]
    np.testing.assert_array_equal(sum(parts), alone)


def test_a_small_pleasure_does_not_renew_an_old_grudge() -> None:
    """A failure is forgotten when it would have been, though something pleased the customer in between; a second failure
    renews the memory."""
    people = Population(16)
    mood = Mood(Service(resented_for=100.0), people)
    rows = people.add(3)
    mood.move(rows, 0.0, -1.0)
    mood.move(rows[:1], 50.0, 0.25)
    mood.move(rows[1:2], 50.0, -1.0)
    np.testing.assert_array_equal(mood.level[rows], [-0.75, -2.0, -1.0])
    np.testing.assert_array_equal(mood.forgets[rows], [100.0, 150.0, 100.0])
    np.testing.assert_allclose(mood.factor[rows], [1.5**0.75, 1.5**2, 1.5])


def test_gifts_that_please_cushion_failures_and_do_no_more() -> None:
    """A gift that lifts the mood saves customers where orders fail; where nothing fails it changes nothing."""
    gifts: dict[str, Any] = {"lift": 0.0, "cost": 0.0}
    plain, pleased = ({"delight": make("delight", pleases=pleases, **gifts)} for pleases in (0.0, 1.0))
    assert interval(lost(run(plain)) - lost(run(pleased)))[0] > 0.0
    np.testing.assert_array_equal(
        run(plain, store=CLEAN).orders.time, run(pleased, store=CLEAN).orders.time
    )


# Complaints ---------------------------------------------------------------------------------------------------------

SURE = {"complains": 1.0, "answered_within": 0.001, "compensation": 1.0, "apology": 1.0}


def test_recovery_restores_but_does_not_bind() -> None:
    """If every failure is put right at once, customers leave as if nothing had failed: fewer than without, but no fewer
    than in a store where nothing fails, customer by customer."""
    settings: dict[str, Any] = {"pre_history": 0}
    mended = run({"complaint_handling": ComplaintHandling(**SURE)}, **settings)  # type: ignore[arg-type]
    failing, clean = run({}, **settings), run({}, **settings, store=CLEAN)
    assert interval(lost(failing) - lost(mended))[0] > 0.0
    np.testing.assert_array_equal(mended.customers.key, clean.customers.key)
    assert (mended.customers.died <= clean.customers.died * (1.0 + 1e-9) + 1e-9).all()
    assert abs(lost(mended).sum() - lost(clean).sum()) <= 0.01 * lost(clean).sum()


def test_complaints_are_made_and_forgiven_as_asked() -> None:
    """The share that complains and the share that is forgiven are those of the knobs, and each answer costs its work and
    the compensation."""
    knobs = ComplaintHandling(complains=0.5, answered_within=3.5, compensation=0.0, apology=0.5, forgives_half=3.5, cost=2.0)
    assert knobs.chance() == pytest.approx(0.25)
    log = run({"complaint_handling": knobs}, customers=800.0)
    failed, complaints, forgiven = (
        int(counted(log, name).sum())
        for name in ("service.failed", "complaint_handling.complaints", "complaint_handling.forgiven")
    )
    assert abs(complaints - 0.5 * failed) < 4.0 * (0.25 * failed) ** 0.5
    # Complaints of the last days are not answered yet, and those who are lost by then forgive nothing.
    assert 0.15 * complaints < forgiven < 0.25 * complaints + 4.0 * (0.19 * complaints) ** 0.5
    answered = log.costs.amount.sum() // (2 * MICROS)
    assert 0.95 * complaints < answered <= complaints


def test_compensation_is_a_share_of_what_was_paid() -> None:
    """With everybody complaining and full compensation, what is paid back is what the failed orders brought."""
    log = run({"complaint_handling": ComplaintHandling(**SURE, cost=0.0)})  # type: ignore[arg-type]
    keys = log.costs.customer.astype(np.int64)
    for person, time, amount in zip(keys[:50], log.costs.time, log.costs.amount, strict=False):
        mine = (log.orders.customer == person) & (np.abs(log.orders.time + 0.001 - time) < 1e-9)
        assert (log.orders.list_price - log.orders.discount)[mine].sum() * 10_000 == amount
    assert log.costs.amount.size > 100


def test_better_answers_are_forgiven_more_often() -> None:
    """The chance to be forgiven falls with the time to the answer and rises with compensation, the first tenth most."""
    base = ComplaintHandling()
    slow, generous, more = (
        dataclasses.replace(base, **change)
        for change in ({"answered_within": 9.0}, {"compensation": 0.3}, {"compensation": 0.4})
    )
    assert slow.chance() == pytest.approx(base.chance() / 2.0)
    assert generous.chance() - base.chance() > more.chance() - generous.chance() > 0.0
    assert dataclasses.replace(base, apology=1.0, generosity=1.0, answered_within=0.0).chance() == 1.0


def test_a_failure_is_taken_up_once() -> None:
    """Complaint handling leaves to the desk what nobody complains of, and those who are held out of it; where everybody gets
    in touch with the desk each failure has one of the two."""
    prompt: dict[str, Any] = {"after": 0.0, "agents": 50, "opens": 0.0, "closes": 0.0, "days": 7}
    desk = SupportDesk(questions=0.0, complains=1.0, **prompt)

    def counts(**others: ComplaintHandling) -> list[int]:
        log = run({"support_desk": desk, **others}, pre_history=0, review_every=1.0)
        names = ("service.failed", "support_desk.tickets", "complaint_handling.complaints")
        return [int(log.counts[name].sum()) for name in names if name in log.counts]

    for complaints in (ComplaintHandling(complains=0.4), ComplaintHandling(complains=1.0, holdout=0.3)):
        failed, tickets, complained = counts(complaint_handling=complaints)
        assert 0.2 * failed < complained < 0.8 * failed
        # Only what failed on the last day has not come to the desk yet.
        assert 0.98 * failed < tickets + complained <= failed
    failed, tickets, complained = counts(complaint_handling=ComplaintHandling(complains=1.0))
    assert (tickets, complained) == (0, failed)
    failed, tickets = counts()
    assert 0.98 * failed < tickets <= failed


def test_nothing_to_complain_of_is_told(tmp_path: Any) -> None:
    """Where no order fails the reader is told that complaints, training and a desk have nothing to do; where some do, not."""
    for strategy in (ComplaintHandling(), ServiceTraining(), SupportDesk()):
        assert "store.service.failures" in strategy.advice(scenario({}, store=CLEAN), 1.0)[0]
        assert strategy.advice(scenario({}), 1.0) == []
    file = tmp_path / "shop.yaml"
    file.write_text("store: {}\nstrategies: {complaint_handling: on, support_desk: {agents: 3}}\n")
    options = type("Options", (), {"sets": [], "months": None, "customers": 100.0})()
    notes = load([str(file)], options)[1]
    assert any(note.startswith("complaint_handling: no order fails") for note in notes)
    assert any(note.startswith("support_desk: 3 x ") for note in notes)


# Fewer failures -----------------------------------------------------------------------------------------------------


def test_training_takes_hold_and_checks_work_at_once() -> None:
    """The share of orders that fail falls by the checks from the first day and by the training once it has taken hold."""
    care = ServiceTraining(training=0.5, takes=90.0, checks=0.5)
    log = run({"service_training": care}, customers=2000.0)
    failed = counted(run({}, customers=2000.0), "service.failed").sum()
    early = run({"service_training": dataclasses.replace(care, training=1.0)}, customers=2000.0)
    assert failure_rate(early).mean() == pytest.approx(0.075, rel=0.05)
    taught = run({"service_training": dataclasses.replace(care, checks=1.0, takes=1.0)}, customers=2000.0)
    assert failure_rate(taught).mean() == pytest.approx(0.075, rel=0.05)
    # Half of the training's effect in the mean of its first 90 days, all of it afterwards.
    assert failure_rate(log).mean() == pytest.approx(0.15 * 0.5 * (0.75 * 0.25 + 0.5 * 0.75), rel=0.05)
    assert failed > 5000
    assert interval(lost(run({})) - lost(run({"service_training": ServiceTraining(training=0.2, takes=1.0)})))[0] > 0.0


def test_every_order_is_checked_and_paid_for() -> None:
    """Each order of the observed time costs its check."""
    log = run({"service_training": ServiceTraining(check_cost=0.4)})
    assert log.costs.amount.sum() == (log.orders.time >= 0.0).sum() * 400_000
    assert set(log.costs.amount.tolist()) == {400_000}


@pytest.mark.parametrize(("others", "insight"), [((), 0.0), (("advisory_board",), 0.5), (("feedback_surveys",), 1.0)])
def test_what_is_found_out_quickens_improvement(others: tuple[str, ...], insight: float) -> None:
    """After eleven months what is left to improve is (1 - pace) to the power of 11 x (1 + listens x insight)."""
    strategies = {name: make(name) for name in (*others, "product_improvement")}
    store = Store(scenario(strategies), 1)
    store.run()
    improvement = store.behaviours[store.codes["product_improvement"]]
    assert isinstance(improvement, Improvement)
    assert improvement.left_over == pytest.approx(0.96 ** (11 * (1.0 + insight)))
    alive = store.people.alive[:]
    assert improvement.stays is not None
    expected = 1.0 - 0.05 * (1.0 - improvement.left_over)
    np.testing.assert_allclose(improvement.stays[:][alive], expected)


def test_a_survey_counts_only_while_it_runs() -> None:
    """A survey that ends after half a year quickens half a year's improvement."""
    of = scenario({"feedback_surveys": make("feedback_surveys", until=6.5 * DAYS_A_MONTH), "product_improvement": make(
        "product_improvement"
    )})  # fmt: skip
    store = Store(of, 1)
    store.run()
    improvement = store.behaviours[store.codes["product_improvement"]]
    assert isinstance(improvement, Improvement)
    assert improvement.left_over == pytest.approx(0.96 ** (6 * 2 + 5))


def test_failures_and_dropout_fall_to_their_floors() -> None:
    """A store that improves for long fails fewer orders in the second year than in the first, and keeps more customers."""
    better = make("product_improvement", pace=0.2, failures_floor=0.2, dropout_floor=0.7)
    log, plain = (run(each, months=24) for each in ({"product_improvement": better}, {}))
    assert interval(lost(plain) - lost(log))[0] > 0.0
    assert failure_rate(log).mean() < 0.5 * failure_rate(plain).mean()
    first = run({"product_improvement": better}, months=12)
    rates = [counted(first, f"service.{what}")[:, 0] for what in ("failed", "orders")]
    later = [counted(log, f"service.{what}")[:, 0] - rate for what, rate in zip(("failed", "orders"), rates, strict=True)]
    assert interval(rates[0] / rates[1] - later[0] / later[1])[0] > 0.0


# Accounts -----------------------------------------------------------------------------------------------------------


def test_forced_accounts_cost_first_orders() -> None:
    """Of those who would be new, the share that conversion says comes; the others are never customers, and who was there
    before is not touched."""
    free, forced = (
        run({"account_policy": AccountPolicy(policy=policy, order_rate=1.0)}, customers=1500.0)
        for policy in ("guest", "forced")
    )
    new = [np.bincount(log.customers.cell[log.customers.acquired >= 0.0] // GROUPS) for log in (free, forced)]
    low, high = interval(new[1] / new[0])
    assert low < 0.85 < high
    assert interval(new[1] - new[0])[1] < 0.0
    assert np.isin(forced.customers.key, free.customers.key).all()
    old = free.customers.acquired < 0.0
    assert np.isin(free.customers.key[old], forced.customers.key).all()


def test_who_has_an_account_orders_more_often() -> None:
    """All have one where it is forced, the asked share where it is offered, nobody where there are guests alone."""
    shares = {}
    for policy in ("guest", "after_first", "forced"):
        store = Store(scenario({"account_policy": AccountPolicy(policy=policy, order_rate=1.25)}, customers=1500.0), 1)
        log = store.run()
        alive = store.people.alive[:] & (store.people.parent[:] < 0)
        recent = alive & (store.ledger.people["acquired"][np.maximum(store.people.person[:], 0)] >= 0.0)
        rate = store.behaviours[0].factors[0][:]
        shares[policy] = (rate[recent] == 1.25).mean()
        guests = ~store.may_join(np.flatnonzero(recent))
        np.testing.assert_array_equal(guests, rate[recent] == 1.0)
        assert log.counts["account_policy.opened"].sum() > 0 or policy == "guest"
    assert shares["guest"] == 0.0
    assert shares["forced"] == 1.0
    assert shares["after_first"] == pytest.approx(0.3, abs=0.05)


def test_guests_agree_less_often_to_be_written_to() -> None:
    """Guests consent as much less often as asked, in every medium; who takes an account consents as anybody would."""
    store = dataclasses.replace(FAILING, contact=Contact(consent=0.8, sms_consent=0.5))
    mailing = {"email": make("email", unsubscribe_rate=0.0), "sms": make("sms", unsubscribe_rate=0.0)}
    found = {}
    for policy in ("guest", "after_first", "forced"):
        policy_ = AccountPolicy(policy=policy, guest_consent=0.5, converts=0.3)
        shop = Store(scenario({"account_policy": policy_, **mailing}, customers=3000.0, store=store, pre_history=0), 1)
        shop.run()
        known = shop.people.number[:] > 0
        found[policy] = [shop.contacts.consents[medium][:][known].mean() for medium in ("email", "sms")]
    for medium, share in enumerate((0.8, 0.5)):
        assert found["guest"][medium] == pytest.approx(share * 0.5, abs=0.04)
        assert found["after_first"][medium] == pytest.approx(share * (0.7 * 0.5 + 0.3), abs=0.04)
        assert found["forced"][medium] == pytest.approx(share, abs=0.04)


def test_nobody_can_be_held_out_of_a_forced_account() -> None:
    """Whom it drives away cannot be told apart by a holdout: it is a contradiction, and only there."""
    assert [name for name, _ in AccountPolicy(policy="forced", holdout=0.1).contradictions()] == ["holdout"]
    assert AccountPolicy(policy="after_first", holdout=0.1).contradictions() == []


def test_guests_join_no_programme() -> None:
    """Where everybody orders as a guest, nobody is a member; where everybody has an account, the programme has members."""

    def members(policy: str) -> int:
        strategies = {
            "account_policy": AccountPolicy(policy=policy, segment="new"),
            "loyalty_points": LoyaltyPoints(segment="new"),
        }
        log = run(strategies)
        return int(((log.customers.enrolled & np.uint64(2)) != 0).sum())

    assert members("guest") == 0
    assert members("forced") > 100


def test_a_board_to_which_nobody_listens_is_told() -> None:
    """Its insight is for product improvement; without that, or without insight, it is a cost like any other."""
    board = make("advisory_board")
    assert "product_improvement" in board.advice(scenario({}), 1.0)[0]
    assert board.advice(scenario({"product_improvement": make("product_improvement")}), 1.0) == []
    assert make("advisory_board", insight=0.0).advice(scenario({}), 1.0) == []
