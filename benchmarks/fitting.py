"""How long a Pareto/NBD fit takes, beside `lifetimes` on the same counts of the CDNOW sample.

    pip install lifetimes autograd dill pandas
    python -m benchmarks.fitting

Both begin from their own starting points; ours tries eight and computes standard errors besides.
"""

from __future__ import annotations

import importlib.metadata
import sys
import warnings

import numpy as np

from benchmarks.timing import best, verdict
from sim.fit.counts import Counts, counts
from sim.fit.laws import LAWS, PARETO_NBD
from sim.fit.maximum import fit

CALIBRATION = "1997-09-30"


def cdnow() -> Counts:
    """The sample's histories to the end of the calibration, from the `lifetimes` distribution."""
    files = importlib.metadata.files("lifetimes") or []
    (found,) = (file for file in files if file.name == "CDNOW_sample.txt")
    rows = np.loadtxt(str(found.locate()), usecols=(1, 2))
    dates = [f"{int(day) // 10000}-{int(day) // 100 % 100:02d}-{int(day) % 100:02d}" for day in rows[:, 1]]
    day = np.array(dates, dtype="datetime64[D]").astype(np.int64)
    end = int(np.datetime64(CALIBRATION, "D").astype(np.int64))
    pairs = np.unique(np.array([rows[:, 0], day])[:, day <= end], axis=1)
    first = np.flatnonzero(np.diff(pairs[0], prepend=-1))
    orders = np.diff(np.append(first, pairs.shape[1]))
    begun = pairs[1, first]
    return counts(orders - 1, (pairs[1, first + orders - 1] - begun) / 7, (end - begun) / 7)


def main() -> int:
    """Time both; returns 1 where ours takes more than half the time or is less likely."""
    from lifetimes import ParetoNBDFitter

    data = cdnow()
    theirs, ours = ParetoNBDFitter(), []

    def peer() -> None:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            theirs.fit(data.x, data.t_x, data.T, weights=data.weight)

    def mine() -> None:
        ours[:] = [fit(PARETO_NBD, data)]

    mine()  # SciPy is loaded in both
    seconds, peer_seconds = best(mine), best(peer, 2)
    found = ours[0]
    value = PARETO_NBD.likelihood(np.log(theirs.params_.to_numpy()), data)[0]
    print(f"{data.x.size:,} histories of {data.customers:,.0f} customers")
    print(f"ours {seconds:.3f} s, log-likelihood {found.log_likelihood:.3f}; lifetimes {peer_seconds:.2f} s, {value:.3f}")
    sound = verdict("Pareto/NBD fit, times lifetimes'", seconds / peer_seconds, 0.5, at_most=True)
    sound &= verdict("as likely as lifetimes', log-likelihood above it", found.log_likelihood - value, -1e-3, False, "")
    together = best(lambda: [fit(law, data) for law in LAWS])
    print(f"all four laws {together:.3f} s")
    return 0 if sound else 1


if __name__ == "__main__":
    sys.exit(main())
