"""The programs that an import can open engagements from."""

from programs.models import ProgramVersion

_MOST = 300


def program_names() -> list[str]:
    """Of published programs that are not archived, in alphabetical order. One query."""
    versions = ProgramVersion.objects.filter(program__archived_at=None, published_at__isnull=False)
    names = versions.order_by("program__name").values_list("program__name", flat=True)
    return list(dict.fromkeys(names[:_MOST]))
