"""Measurements, run by hand; none of them is a test or part of the package."""
