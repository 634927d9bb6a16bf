"""From an order history to a store: which law its customers follow, how well, and how far to trust it."""
