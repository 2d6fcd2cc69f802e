"""Addresses of the site, its forms and its reports."""

from __future__ import annotations

import re
from collections.abc import Container
from typing import Any
from urllib.parse import parse_qsl, quote, urlencode, urljoin, urlparse, urlunparse

from minibench.collaboration.messages import throw as raise_message
from minibench.context import local
from minibench.values.text import bold, cstr, encode

_RELATIVE_TAG = re.compile(r'(href|src){1}([\s]*=[\s]*[\'"]?)((?!http)[^\'" >]+)([\'"]?)')
_RELATIVE_CSS = re.compile(r'(:[\s]?url)(\([\'"]?)((?!http)[^\'" >]+)([\'"]?\))')
_ABSOLUTE_TAG = re.compile(r'(href|src){1}([\s]*=[\s]*[\'"]?)((?:http)[^\'">]+)([\'"]?)')
_KEPT = "~@#$&()*!+=:;,.?/'"


def get_url(uri: str | None = None, full_address: bool = False) -> str:
	"""The address of the site, or of `uri` on it.

	The host is `host_name` of the site's configuration, else the request's, else the site's name; the port is added
	where the configuration names one and the host does not.
	"""
	conf = local.conf
	if uri and uri.startswith(("http://", "https://")):
		return uri
	host = conf.host_name or conf.hostname or get_host_name_from_request() or _scheme() + local.site
	if not host.startswith(("http://", "https://")):
		host = f"http://{host}"
	if not uri and full_address and local.request:
		uri = local.request.headers.get("REQUEST_URI", "")
	port = conf.http_port or conf.webserver_port
	supervised = conf.restart_supervisor_on_update or conf.restart_systemd_on_update
	if port and not supervised and not url_contains_port(host):
		host = f"{host}:{port}"
	return urljoin(host, uri) if uri else host


def _scheme() -> str:
	conf = local.conf
	wildcard = conf.wildcard or {}
	domain = wildcard.get("domain")
	covered = domain and local.site.endswith(domain) and wildcard.get("ssl_certificate")
	return "https://" if conf.ssl_certificate or covered else "http://"


def get_host_name_from_request() -> str | None:
	"""Scheme and host that the browser asked for; None outside a request."""
	request = getattr(local, "request", None)
	if not request or not request.host:
		return None
	scheme = "https://" if request.headers.get("X-Forwarded-Proto", "") == "https" else "http://"
	return f"{scheme}{request.host}"


def url_contains_port(url: str) -> bool:
	"""Whether more than the scheme's colon is in it."""
	return url.count(":") > 1


def get_host_name() -> str:
	"""The site's host and port."""
	return get_url().rsplit("//", 1)[-1]


def get_request_site_address(full_address: bool = False) -> str:
	"""The site's address, with the path of the request if asked."""
	return get_url(full_address=full_address)


def get_site_url(site: str) -> str:
	"""The address of another site of this folder, by its configuration."""
	from pathlib import Path

	from minibench.context import read_site_config

	conf = read_site_config(Path(local.sites_path), site)
	return conf.host_name or f"http://{site}:{conf.webserver_port}"


def slug(name: str) -> str:
	"""A DocType's name as it stands in addresses."""
	return name.lower().replace(" ", "-")


def quoted(url: Any) -> str:
	"""Percent-encoded, except for the signs that addresses are made of."""
	return quote(encode(cstr(url)), safe=_KEPT)


def get_absolute_url(doctype: str, name: str) -> str:
	"""Path of a document's form."""
	return f"/app/{quoted(slug(doctype))}/{quoted(name)}"


def get_url_to_form(doctype: str, name: str) -> str:
	"""Address of a document's form."""
	return get_url(get_absolute_url(doctype, name))


def get_url_to_list(doctype: str) -> str:
	"""Address of a DocType's list."""
	return get_url(f"/app/{quoted(slug(doctype))}")


def get_url_to_report(name: str, report_type: str | None = None, doctype: str | None = None) -> str:
	"""Address of a report."""
	if report_type == "Report Builder":
		return get_url(f"/app/{quoted(slug(cstr(doctype)))}/view/report/{quoted(name)}")
	return get_url(f"/app/query-report/{quoted(name)}")


def get_url_to_report_with_filters(
	name: str, filters: str, report_type: str | None = None, doctype: str | None = None
) -> str:
	"""Address of a report with a query string."""
	if report_type == "Report Builder":
		return get_url(f"/app/{quoted(slug(cstr(doctype)))}/view/report?{filters}")
	return get_url(f"/app/query-report/{quoted(name)}?{filters}")


def get_link_to_form(doctype: str, name: str, label: str | None = None) -> str:
	"""An <a> to a document's form."""
	return f'<a href="{get_url_to_form(doctype, name)}">{label or name}</a>'


def get_link_to_report(
	name: str,
	label: str | None = None,
	report_type: str | None = None,
	doctype: str | None = None,
	filters: dict[str, Any] | None = None,
) -> str:
	"""An <a> to a report; a filter's value may be a list of (operator, value) pairs."""
	if not filters:
		return f"<a href='{get_url_to_report(name, report_type, doctype)}'>{label or name}</a>"
	conditions = []
	for key, value in filters.items():
		if isinstance(value, list):
			conditions += [f'{key}=["{pair[0]}","{pair[1]}"]' for pair in value]
		else:
			conditions.append(f"{key}={value}")
	url = get_url_to_report_with_filters(name, "&".join(conditions), report_type, doctype)
	return f"<a href='{url}'>{label or name}</a>"


def validate_url(txt: str, throw: bool = False, valid_schemes: str | Container[str] | None = None) -> Any:
	"""Truthy for a text with a host, or a path, of one of `valid_schemes` if given.

	Raises:
		ValidationError: it is none, with `throw`.
	"""
	parts = urlparse(txt)
	valid: Any = bool(parts.netloc) or (txt and txt.startswith("/"))
	if isinstance(valid_schemes, str):
		valid = valid and parts.scheme == valid_schemes
	elif isinstance(valid_schemes, list | tuple | set):
		valid = valid and parts.scheme in valid_schemes
	if not valid and throw:
		from minibench.translate import _

		raise_message(_("'{0}' is not a valid URL").format(bold(txt)))
	return valid


def abs_url(path: str | None) -> str | None:
	"""A path with the slash before it; addresses of any scheme stay as they are."""
	if not path or path.startswith(("http://", "https://", "tel:", "data:", "/")):
		return path or None
	return f"/{path}"


def is_site_link(link: str | None) -> bool:
	"""Whether it is a path, or an address on this site."""
	if not link:
		return False
	return link.startswith("/") or urlparse(link).netloc == urlparse(get_url()).netloc


def add_trackers_to_url(url: str, source: str, campaign: str, medium: str = "email") -> str:
	"""`url` with source, medium and campaign in its query; mailto stays as it is."""
	parts = urlparse(url)
	if parts.scheme == "mailto":
		return url
	trackers = {"source": source, "medium": medium, **({"campaign": campaign} if campaign else {})}
	return urlunparse(parts._replace(query=urlencode(dict(parse_qsl(parts.query)) | trackers)))


def expand_relative_urls(html: str) -> str:
	"""Put the site's address before every relative href, src and CSS url()."""
	site = get_url().removesuffix("/")

	def expand(match: re.Match[str]) -> str:
		attribute, opening, target, closing = match.groups()
		if not target.startswith(("mailto", "data:", "tel:")):
			target = site + (target if target.startswith("/") else f"/{target}")
		# Print styles must win over the page's own, as wkhtmltopdf of v15 needs it.
		important = (
			" !important" if "url" in attribute and opening.startswith("(") and closing.endswith(")") else ""
		)
		return f"{attribute}{opening}{target}{closing}{important}"

	return _RELATIVE_CSS.sub(expand, _RELATIVE_TAG.sub(expand, html))


scrub_urls = expand_relative_urls


def quote_urls(html: str) -> str:
	"""Percent-encode every absolute href and src."""
	return _ABSOLUTE_TAG.sub(lambda m: f"{m[1]}{m[2]}{quoted(m[3])}{m[4]}", html)
