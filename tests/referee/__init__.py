"""The referee: the same store written the plain way, one SimPy process a customer, to check the engine against."""
