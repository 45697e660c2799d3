from coachops.transfer.models.transfers import ImportedRow, Transfer

__all__ = ["ImportedRow", "Transfer"]
