"""Hooks of the ERPNext subset."""

from __future__ import annotations

app_name = "erpnext"
app_title = "ERPNext"
app_publisher = "minibench"
app_description = "The part of ERPNext v15 that order-to-cash needs"
app_license = "GPL-3.0"
