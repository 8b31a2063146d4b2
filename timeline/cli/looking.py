"""Placeholder family."""


def add_commands(commands: object) -> None:
    pass
