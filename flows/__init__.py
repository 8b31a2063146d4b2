"""Prefect flows: what runs, when, with which retries, what is reported."""
