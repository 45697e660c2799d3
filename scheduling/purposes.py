"""What the signed links of a session may do."""

from typing import Final

MOVE_LINK: Final = "session.move"
CANCEL_LINK: Final = "session.cancel"
