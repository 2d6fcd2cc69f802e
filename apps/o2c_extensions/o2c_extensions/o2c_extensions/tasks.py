"""Scheduled work of all modules: runs whose worker died go on, old keys are forgotten."""

from __future__ import annotations

from o2c_extensions.common import batch, idempotency


def resume_abandoned_runs() -> None:
	batch.resume_abandoned()


def forget_idempotency_keys() -> None:
	idempotency.forget()
