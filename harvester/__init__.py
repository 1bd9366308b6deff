"""Harvests bibliographic metadata, recognises the same work across sources, and publishes an evidence base."""

__version__ = "0.1.0"
