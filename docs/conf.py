"""How Sphinx builds the site (``make docs``). No page asks anything of another host."""

from __future__ import annotations

from pygments.lexers.special import TextLexer
from sphinx.highlighting import lexers

import corridorsim

lexers["csv"] = TextLexer()  # which has no lexer of its own

project = "corridorsim"
author = "the corridorsim authors"
copyright = f"2026, {author}. Rail lengths and coordinates (c) OpenStreetMap contributors, ODbL 1.0"
version = release = corridorsim.__version__

extensions = ["myst_parser", "sphinx.ext.autodoc"]
exclude_patterns = ["_build"]
suppress_warnings = ["config.cache"]

myst_heading_anchors = 3  # pages link to each other's headings as on a forge: model.md#logic
smartquotes = False  # the two dashes of an option are meant
myst_enable_extensions = ["deflist"]

html_theme = "furo"
html_title = f"corridorsim {version}"
html_static_path = ["static"]
html_css_files = ["site.css"]
html_copy_source = False
html_show_sourcelink = False
html_show_sphinx = False

autodoc_member_order = "bysource"
autodoc_typehints = "signature"
autodoc_typehints_format = "short"
autodoc_class_signature = "separated"
autodoc_default_options = {"exclude-members": "__init__, __new__"}
add_module_names = False
python_maximum_signature_line_length = 80
