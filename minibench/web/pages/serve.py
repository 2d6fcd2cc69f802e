"""Answers a browser: finds the page of a path and renders it, or says why not."""

from __future__ import annotations

import logging
from typing import Any

from minibench.context import local
from minibench.errors import PageDoesNotExistError, PermissionError, Redirect
from minibench.web.pages import message, routing
from minibench.web.pages.page import Page, redirect_response

log = logging.getLogger("minibench.web")


def get_response(path: str | None = None, http_status_code: int = 200) -> Any:
	"""The response to a request for the page at `path`, by default the request's own."""
	path = path or local.request.path
	try:
		page = find_page(path, http_status_code)
		return page.render()
	except Redirect as error:
		location = local.flags.redirect_location or local.response.get("location")
		return redirect_response(path, location, error.http_status_code)
	except PermissionError as error:
		return message.not_permitted(str(error)).render()
	except PageDoesNotExistError:
		return not_found(http_status_code)
	except Exception as error:
		log.exception("The page %s failed", path)
		return message.error(error).render()


def get_response_content(path: str | None = None, http_status_code: int = 200) -> str:
	"""A page's HTML, for code that sends or checks it."""
	return str(get_response(path, http_status_code).get_data(as_text=True))


def find_page(path: str, http_status_code: int = 200) -> Any:
	"""What renders `path`: a static file of a www folder, a template, or the page that says that there is nothing.

	Raises:
		Redirect: the hooks or the Website Settings send this path elsewhere.
	"""
	endpoint = routing.resolve(path)
	found = routing.find_file(endpoint)
	if found is None:
		return NotFound(endpoint, http_status_code)
	if found.is_static:
		return routing.StaticFile(found)
	return Page(endpoint, found, http_status_code)


def not_found(http_status_code: int = 404) -> Any:
	return NotFound(local.request.path, http_status_code).render()


class NotFound:
	"""The 404 page: an app may bring its own as www/404.html."""

	def __init__(self, path: str, http_status_code: int) -> None:
		self.path = path
		self.status = http_status_code if http_status_code >= 400 else 404

	def render(self) -> Any:
		local.no_cache = 1
		found = routing.find_file("404")
		if found is None:
			raise PageDoesNotExistError(self.path)
		return Page("404", found, self.status).render()


def is_valid_path(path: str) -> bool:
	return not isinstance(find_page(path), NotFound)
