"""Chart geometry: numbers in, coordinates out. `templates/charts/*.svg` draw them.

Marks carry a class (browser, both themes) and presentation attributes (PDF, where inline SVG is
not styled by the page). Missing ratings are left out of a line, never guessed.
"""

from coachops.web.charts.comparison import (
    COLUMNS_NARROW,
    COLUMNS_WIDE,
    DUMBBELL_NARROW,
    DUMBBELL_WIDE,
    Column,
    Columns,
    Comparison,
    Dumbbell,
    columns,
    dumbbell,
)
from coachops.web.charts.engagement import (
    ARC_NARROW,
    ARC_PRINT,
    ARC_THREAD,
    ARC_WIDE,
    Arc,
    ArcPhase,
    ArcSession,
    arc,
)
from coachops.web.charts.geometry import Frame
from coachops.web.charts.series import (
    EVOLVE,
    LINE_NARROW,
    LINE_WIDE,
    Line,
    Scale,
    Spark,
    evolve,
    line,
    spark,
)

__all__ = [
    "ARC_NARROW",
    "ARC_PRINT",
    "ARC_THREAD",
    "ARC_WIDE",
    "COLUMNS_NARROW",
    "COLUMNS_WIDE",
    "DUMBBELL_NARROW",
    "DUMBBELL_WIDE",
    "EVOLVE",
    "LINE_NARROW",
    "LINE_WIDE",
    "Arc",
    "ArcPhase",
    "ArcSession",
    "Column",
    "Columns",
    "Comparison",
    "Dumbbell",
    "Frame",
    "Line",
    "Scale",
    "Spark",
    "arc",
    "columns",
    "dumbbell",
    "evolve",
    "line",
    "spark",
]
