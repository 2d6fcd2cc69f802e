"""How hard a password is to guess, by zxcvbn."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from minibench.translate import _

# A long password is judged by its beginning: the estimate takes quadratic time.
_JUDGED = 128


def estimate(password: str, user_inputs: Iterable[Any] = ()) -> dict[str, Any]:
	"""`score` from 0 (guessed at once) to 4, and `feedback` with a warning and suggestions.

	`user_inputs` are words that somebody who knows the user would try first.
	"""
	from zxcvbn import zxcvbn

	result = zxcvbn(password[:_JUDGED], [str(word) for word in user_inputs if word])
	advice = result["feedback"]
	return {
		"score": result["score"],
		"guesses_log10": float(result["guesses_log10"]),
		"crack_times_display": result["crack_times_display"],
		"feedback": {
			"warning": _(advice["warning"]) if advice["warning"] else "",
			"suggestions": [_(text) for text in advice["suggestions"]],
		},
	}
