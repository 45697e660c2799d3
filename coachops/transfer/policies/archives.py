"""Who somebody was in an archive."""

from collections.abc import Collection, Iterable, Mapping


def ids_of(
    people: Iterable[Mapping[str, str]], *, user_id: str, email: str, here: Collection[str]
) -> set[str]:
    """The numbers in the archive that stand for who is signed in: their own, or those of their
    proved address that nobody has `here`, as after a lost database or in another installation.

    An address that somebody else has used since gives nobody the archive of whom it was.
    """
    return {
        each["id"]
        for each in people
        if each["id"] == user_id or (each["email"] == email and each["id"] not in here)
    }
