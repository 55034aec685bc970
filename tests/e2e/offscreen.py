"""What the offscreen platform says it cannot do, whenever something pops up or is brought to the front."""

import pytest

no_complaint = pytest.mark.qt_log_ignore(
    r"^This plugin does not support (raise\(\)|grabbing the keyboard)$", extend=True
)
