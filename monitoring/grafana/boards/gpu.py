"""GPU: is it used, does its memory suffice, is it well? By the DCGM exporter."""

from monitoring.grafana.boards.parts import Panel, Query, Row, board

_GPU = "{{instance}} GPU {{gpu}}"

BOARD = board(
    "gpu",
    "RealEyez: GPU",
    "Is the GPU used, does its memory suffice, is it well?",
    [
        Row(
            "Use",
            [
                Panel(
                    "Busy",
                    "Share of the time in which any kernel ran.",
                    "percent",
                    [Query("DCGM_FI_DEV_GPU_UTIL", _GPU)],
                    most=100,
                ),
                Panel(
                    "Memory",
                    "An alert from 95 % on.",
                    "percentunit",
                    [Query("gpu:memory:used", _GPU)],
                    above=0.95,
                    most=1,
                ),
                Panel(
                    "Memory in use",
                    "Of the frame buffer.",
                    "mbytes",
                    [Query("DCGM_FI_DEV_FB_USED", _GPU)],
                ),
            ],
        ),
        Row(
            "Health",
            [
                Panel(
                    "Temperature",
                    "An alert from 85 °C on.",
                    "celsius",
                    [Query("DCGM_FI_DEV_GPU_TEMP", _GPU)],
                    above=85,
                ),
                Panel("Power", "Drawn.", "watt", [Query("DCGM_FI_DEV_POWER_USAGE", _GPU)]),
                Panel(
                    "Clock",
                    "It falls where heat or power throttles.",
                    "mhertz",
                    [Query("DCGM_FI_DEV_SM_CLOCK", _GPU)],
                ),
                Panel(
                    "Last fault",
                    "The driver's XID; 0 is none.",
                    "short",
                    [Query("DCGM_FI_DEV_XID_ERRORS", _GPU)],
                    "figure",
                    24,
                    above=1,
                ),
            ],
        ),
    ],
)
