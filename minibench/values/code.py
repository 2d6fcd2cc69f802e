"""Python code that a user wrote into a field."""

from __future__ import annotations

from code import compile_command

from minibench.collaboration.messages import msgprint, throw


def validate_python_code(
	string: str | None, fieldname: str | None = None, is_expression: bool = True
) -> None:
	"""Raise ValidationError, showing the line, unless `string` is a Python expression (or, if not so, a script)."""
	from minibench.translate import _

	if not string:
		return
	field = f"{fieldname}:" if fieldname else ""
	try:
		compile_command(string, symbol="eval" if is_expression else "exec")
	except SyntaxError as error:
		line, offset = (error.lineno or 1) - 1, (error.offset or 1) - 1
		shown = string if is_expression else string.split("\n")[line]
		message = _("{} Invalid python code on line {}").format(field, line + 1)
		throw(f"{message}<br><pre>{shown}</pre><pre>{' ' * offset}^</pre>", title=_("Syntax Error"))
	except Exception as error:
		msgprint(
			_("{} Possibly invalid python code. <br>{}").format(f"{fieldname}: ", str(error)),
			indicator="orange",
		)
