"""Metrics: a log folded into sums, and every figure and curve read from them."""
