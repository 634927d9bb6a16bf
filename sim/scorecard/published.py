"""What was published, or follows from published parameters by a closed form; times in weeks."""

from __future__ import annotations

FHL = "Fader, Hardie & Lee 2005"
FH = "Fader & Hardie 2007"
BTYD = "BTYD package documentation"
NOTE_25 = "Fader & Hardie, note 025"
NOTE_9 = "closed form, Fader & Hardie, note 009"
RJ = "RJMetrics, 18 million customers (a vendor)"
SAMPLE = "the CDNOW sample"

PARETO_39 = (0.553, 10.578, 0.606, 11.669)
"""r, alpha, s, beta of the CDNOW sample, fitted to 39 weeks (Fader, Hardie & Lee 2005)."""
PARETO_78 = (0.5630, 12.5590, 0.4081, 10.5148)
"""The same, fitted to 78 weeks (BTYD package documentation)."""
BG_39 = (0.243, 4.414, 0.793, 2.426)
"""r, alpha, a, b of the BG/NBD (Fader, Hardie & Lee 2005)."""

WEEKS = (13, 26, 39, 52, 78, 104)
REPEATS = {
    "Pareto/NBD, 39 weeks": (0.5312, 0.9086, 1.2130, 1.4730, 1.9094, 2.2743),
    "Pareto/NBD, 78 weeks": (0.4860, 0.8675, 1.1962, 1.4910, 2.0138, 2.4766),
    "BG/NBD, 39 weeks": (0.5344, 0.9026, 1.1967, 1.4461, 1.8605, 2.2028),
}
"""Mean repeat orders of a new customer by `WEEKS`: the closed forms at the published parameters."""

DISCOUNT = 0.0027
"""A week; 15 % a year."""
DISCOUNTED = {"Pareto/NBD, 39 weeks": 3.9548, "Pareto/NBD, 78 weeks": 5.2102, "BG/NBD, 39 weeks": 3.651}
"""Discounted expected transactions of a new customer; the last by Monte Carlo, +-0.004."""

CAME = ((0, 31, 781), (31, 59, 857), (59, 84, 719))
"""CDNOW's 2,357 customers: how many placed their first order between which days of 1997."""
CALIBRATION, HOLDOUT_END = 272, 545
"""Day of 1997 on which the calibration ends, and the holdout."""
HISTOGRAM = (1411, 439, 214, 100, 62, 38, 29, 64)
"""CDNOW customers with 0, 1, ... and 7 or more repeat orders in the calibration."""
BG_HISTOGRAM = (1406.5, 460.8, 192.7, 101.3, 59.9, 38.2, 25.6, 72.0)
"""The same by the BG/NBD."""
PARETO_HISTOGRAM = (1435, 397, 193, 112, 70, 46, 31, 73)
"""The same by the Pareto/NBD, by Monte Carlo, to the customer."""
ONE_RUN = (23, 18, 14, 10, 8, 7, 5, 9)
"""Standard deviations of one run of so many customers."""
TOTALS = {13: 828, 26: 1746, 39: 2457, 52: 3183, 65: 3844, 78: 4339}
"""CDNOW's repeat orders to the end of a week of 1997."""
FORECAST = {"Pareto/NBD, 39 weeks": 4269, "BG/NBD, 39 weeks": 4166}
"""Repeat orders by week 78 as forecast at week 39, without looking at single customers."""
ONE_RUN_TOTAL = 0.041
"""Standard deviation of all repeat orders in one run, as a share."""

SURVIVAL = {
    "Regular": ((0.704, 1.182), (63.1, 46.8, 38.2, 32.6, 28.9, 26.2, 24.1, 22.3, 20.7, 19.4, 18.3, 17.3)),
    "High End": ((0.668, 3.806), (86.9, 74.3, 65.3, 59.3, 55.1, 51.7, 49.1, 46.8, 44.5, 42.7, 40.9, 39.4)),
}
"""Alpha and beta of the shifted beta-geometric, and the share of subscribers left after 1, 2, ... 12 years, in per cent
(Fader & Hardie 2007, table 1); the parameters were fitted to the first seven."""
PROJECTED = {
    "Regular": (62.7, 47.4, 38.8, 33.2, 29.2, 26.2, 23.9, 22.0, 20.4, 19.1, 18.0, 17.0),
    "High End": (85.1, 74.7, 67.0, 61.0, 56.2, 52.2, 48.9, 46.0, 43.6, 41.4, 39.5, 37.8),
}
"""The same by the law."""
LIFETIMES = {"Regular": 3.6949, "High End": 5.9223}
"""Discounted expected years of a new subscriber at 10 % a year."""

GAMMA_GAMMA = (6.25, 3.74, 15.44)
MEAN_BASKET = 35.22
"""p gamma / (q - 1)."""
NEXT_BASKET = {1: 80.26, 2: 88.35}
"""The expected basket of who spent 100 on average in so many orders."""

AGAIN = (0.32, 0.53, 0.64)
"""A second order within a year; over three years a third of those with a second, and a fourth of those with a third."""
EXAMPLE = (2.0, 30.43, 38.86)
"""x, t_x, T of customer 1 of the CDNOW sample, the literature's worked example."""
BG_EXAMPLE = 1.226
"""Expected orders in the following 39 weeks by the BG/NBD (Fader, Hardie & Lee's spreadsheet)."""
