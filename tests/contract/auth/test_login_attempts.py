"""Too many failures in a row."""

from __future__ import annotations

import time

import frappe
import pytest
from frappe.auth import LoginAttemptTracker, get_login_attempt_tracker

KEY = "tracked@contract.test"


@pytest.fixture(autouse=True)
def untracked():
	yield
	LoginAttemptTracker(KEY).add_success_attempt()


def test_locked_after_too_many_failures():
	tracker = LoginAttemptTracker(KEY, max_consecutive_login_attempts=3, lock_interval=60)
	for _attempt in range(3):
		tracker.add_failure_attempt()
		assert tracker.is_user_allowed()
	tracker.add_failure_attempt()
	assert not tracker.is_user_allowed()
	assert tracker.login_failed_count == 4
	assert not LoginAttemptTracker(KEY, max_consecutive_login_attempts=3, lock_interval=60).is_user_allowed()
	assert LoginAttemptTracker("another@contract.test", 3, 60).is_user_allowed()


def test_a_success_forgives():
	tracker = LoginAttemptTracker(KEY, max_consecutive_login_attempts=1, lock_interval=60)
	tracker.add_failure_attempt()
	tracker.add_failure_attempt()
	assert not tracker.is_user_allowed()
	tracker.add_success_attempt()
	assert tracker.is_user_allowed()
	assert tracker.login_failed_count is None


def test_time_forgives():
	tracker = LoginAttemptTracker(KEY, max_consecutive_login_attempts=1, lock_interval=1)
	tracker.add_failure_attempt()
	tracker.add_failure_attempt()
	assert not tracker.is_user_allowed()
	time.sleep(1.1)
	assert tracker.is_user_allowed()
	tracker.add_failure_attempt()
	assert tracker.login_failed_count == 1


def test_limits_are_settings():
	frappe.db.set_single_value(
		"System Settings", {"allow_consecutive_login_attempts": 1, "allow_login_after_fail": 60}
	)
	frappe.clear_cache()
	tracker = get_login_attempt_tracker(KEY)
	tracker.add_failure_attempt()
	tracker.add_failure_attempt()
	with pytest.raises(frappe.SecurityException, match="locked and will resume after 60 seconds"):
		get_login_attempt_tracker(KEY)
	assert get_login_attempt_tracker(KEY, raise_locked_exception=False)
	frappe.db.set_single_value("System Settings", "allow_consecutive_login_attempts", 0)
	frappe.clear_cache()
	assert get_login_attempt_tracker(KEY)
