"""What a coach knows of a session that they lead together with whoever coaches the client.

They are another coach, so they see when, where and what for, and of the client no more than a
fellow participant does; all the rest opens by assignment (section 2 of the rules).
"""


def known_as(name: str, *, is_assigned: bool) -> str:
    """The client's name for the second coach: whole where they coach the client too."""
    return name if is_assigned else first_name_of(name)


def first_name_of(name: str) -> str:
    return next(iter(name.split()), "")
