"""`frappe.cache` keeps what Redis would keep, for all processes of a site."""

from __future__ import annotations

import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from minibench import context
from minibench.data.cache import Cache

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Cache:
	context.local.cache = {}
	return Cache(tmp_path)


def forget_request() -> None:
	context.local.cache = {}


def test_values(cache: Cache):
	cache.set_value("a", {"x": [1, None]})
	forget_request()
	assert cache.get_value("a") == {"x": [1, None]}
	assert cache.get_value("b") is None
	forget_request()
	assert cache.get_value("b", generator=lambda: 5) == 5
	forget_request()
	assert cache.get_value("b") == 5
	cache.delete_value("a")
	assert cache.get_value("a") is None
	assert cache() is cache


def test_a_value_is_the_same_object_for_the_rest_of_the_request(cache: Cache):
	value = {"x": 1}
	cache.set_value("a", value)
	assert cache.get_value("a") is value


def test_values_of_users(cache: Cache):
	cache.set_value("a", 1, user="u@x.y")
	assert cache.get_value("a") is None and cache.get_value("a", user="u@x.y") == 1


def test_expiry(cache: Cache):
	cache.set_value("a", 1, expires_in_sec=0.3)
	assert cache.get_value("a", expires=True) == 1
	time.sleep(0.35)
	assert cache.get_value("a", expires=True) is None
	cache.setex("b", 0.3, "x")
	assert cache.get("b") == b"x" and cache.ttl("b") <= 1
	time.sleep(0.35)
	assert cache.get("b") is None and cache.ttl("b") == -2 and not cache.exists("b")
	cache.set("c", 1)
	assert cache.ttl("c") == -1 and cache.expire("c", 100) and 99 <= cache.ttl("c") <= 100
	assert cache.persist("c") and cache.ttl("c") == -1


def test_keys_by_their_beginning(cache: Cache):
	for key in ("doc:1", "doc:2", "other"):
		cache.set_value(key, 1)
	assert sorted(cache.get_keys("doc:")) == ["doc:1", "doc:2"]
	cache.delete_keys("doc:")
	assert cache.get_keys("") == ["other"] and cache.get_value("doc:1") is None


def test_hashes(cache: Cache):
	cache.hset("h", "a", [1])
	cache.hset("h", "", 2)
	forget_request()
	assert cache.hget("h", "a") == [1] and cache.hget("h", "z") is None
	assert cache.hget("h", "z", generator=lambda: 9) == 9
	assert cache.hexists("h", "a") and not cache.hexists("h", "q")
	assert cache.hgetall("h") == {b"a": [1], b"": 2, b"z": 9}
	assert sorted(cache.hkeys("h")) == [b"", b"a", b"z"]
	cache.hdel("h", ["a", "z"])
	assert cache.hget("h", "a") is None
	cache.delete_value("h")
	assert cache.hgetall("h") == {}


def test_taking_a_key_that_is_free(cache: Cache):
	assert cache.set("lock", "me", nx=True, ex=0.3) is True
	assert cache.set("lock", "you", nx=True) is None
	time.sleep(0.35)
	assert cache.set("lock", "you", nx=True) is True
	assert cache.set("absent", 1, xx=True) is None and cache.set("lock", 2, xx=True) is True


def test_counting_in_threads(cache: Cache):
	def count() -> None:
		for _ in range(50):
			cache.incr("n")

	threads = [threading.Thread(target=count) for _ in range(8)]
	for thread in threads:
		thread.start()
	for thread in threads:
		thread.join()
	assert cache.get("n") == b"400"
	assert cache.incrby("n", -400) == 0 and cache.decr("n") == -1


def test_an_expired_number_begins_at_nothing(cache: Cache):
	cache.setex("n", 0.3, 7)
	assert cache.incr("n") == 8 and cache.ttl("n") >= 0
	time.sleep(0.35)
	assert cache.incr("n") == 1 and cache.ttl("n") == -1


def test_lists(cache: Cache):
	assert cache.rpush("l", "b", "c") == 2
	assert cache.lpush("l", "a") == 3
	assert cache.lrange("l", 0, -1) == [b"a", b"b", b"c"]
	assert cache.lrange("l", 0, 1) == [b"a", b"b"] and cache.lrange("l", -2, -1) == [b"b", b"c"]
	assert (cache.lpop("l"), cache.rpop("l"), cache.llen("l")) == (b"a", b"c", 1)
	cache.rpush("l", 1, 2, 3)
	cache.ltrim("l", 1, 2)
	assert cache.lrange("l", 0, -1) == [b"1", b"2"]
	assert cache.exists("l") and cache.delete("l") == 1 and cache.lpop("l") is None


def test_sets(cache: Cache):
	cache.sadd("s", "a", "b")
	cache.sadd("s", "a")
	assert cache.smembers("s") == {b"a", b"b"} and cache.sismember("s", "a")
	cache.srem("s", "a")
	assert cache.srandmember("s") == b"b" and cache.spop("s") == b"b" and cache.smembers("s") == set()


def test_another_process_sees_it(cache: Cache, tmp_path: Path):
	cache.set_value("a", (1, 2))
	script = (
		"import sys; from pathlib import Path; from minibench.data.cache import Cache; "
		"cache = Cache(Path(sys.argv[1])); print(cache.get_value('a')); cache.incr('n')"
	)
	done = subprocess.run(
		[sys.executable, "-c", script, str(tmp_path)], capture_output=True, text=True, cwd=ROOT, check=True
	)
	assert done.stdout.strip() == "(1, 2)" and cache.get("n") == b"1"


def test_all_is_forgotten(cache: Cache):
	cache.set_value("a", 1)
	cache.rpush("l", 1)
	cache.flushall()
	assert cache.get_value("a") is None and cache.llen("l") == 0 and cache.ping()


def test_the_file_may_vanish(cache: Cache, tmp_path: Path):
	cache.set_value("a", 1)
	forget_request()
	for file in tmp_path.glob("cache.db*"):
		file.unlink()
	assert cache.get_value("a") is None
	cache.set_value("a", 2)
	forget_request()
	assert cache.get_value("a") == 2
