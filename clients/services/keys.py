"""Each client gets a data key of their own with the record."""

from clients.models import Client, ClientKey
from coachops.encryption.seal import new_wrapped_key


def make_client_key(*, client: Client) -> ClientKey:
    """Part of adding a client; runs in that service's transaction."""
    wrapped = new_wrapped_key(bound_to=f"{client.practice_id}:{client.pk}")
    return ClientKey.objects.create(client=client, wrapped=wrapped)  # type: ignore[no-any-return]
