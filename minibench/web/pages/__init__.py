"""Website pages: the apps' www folders, their templates, and the messages that browsers get."""
