"""`regulars compare A B --stores METRIC`: one metric store by store."""

from __future__ import annotations

import sys
from argparse import Namespace

from sim.commands.simulation import exhaust, known_metric, load, precision_of, sized
from sim.errors import BadInput, Problem


def tell_stores(options: Namespace) -> int:
    """Simulate and print; returns the exit code. Raises BadInput for an unknown metric, and for options that do not go with
    it."""
    from sim.compare import compare
    from sim.experiment import collect, coupled
    from sim.figures import store_by_store
    from sim.files.writing import emit
    from sim.metrics.catalogue import METRICS
    from sim.report.stores import Stores, render_stores
    from sim.terminal import look

    metric = options.stores
    known_metric(metric, "--stores")
    for option, given in (("--out", options.out), ("--plot", options.plot)):
        if given:
            raise BadInput(Problem("it prints the stores alone", file="--stores", allowed=f"without {option}"))
    scenarios, notes = load(options.files, options)
    if METRICS[metric].unit == "money" and len({each.currency for each in scenarios}) > 1:
        raise BadInput(Problem(f"{metric} is in different currencies", file="--stores", allowed="scenarios of one currency"))
    steps = collect(
        scenarios, seed=options.seed, replications=options.replications, workers=options.workers,
        precision=precision_of(options),
    )  # fmt: skip
    statistics, more = exhaust(steps, options)
    comparison = compare(statistics, scenarios, options.seed, coupled=coupled(scenarios), notes=(*notes, *more))
    levels = tuple(tuple(store_by_store(each, metric).tolist()) for each in statistics)
    emit(render_stores(Stores(sized(comparison, options), metric, levels), options.format, look(sys.stdout)))
    return 0
