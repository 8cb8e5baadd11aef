"""JUnit XML of a check, as Jenkins and GitLab read it: a test case a figure, and one for the digest."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal
from xml.etree import ElementTree

#: characters that XML 1.0 cannot hold, escaped or not
_NO_XML = re.compile("[^\t\n\r -\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


@dataclass(frozen=True, slots=True)
class TestCase:
    """``outcome``: passed, failure (a figure moved), error (it could not be told), skipped (it was not asked)."""

    name: str
    outcome: Literal["passed", "failure", "error", "skipped"]
    kind: str  #: of what failed
    text: str

    __test__ = False  # no test of pytest's


def junit_xml(suite: str, classname: str, cases: Sequence[TestCase]) -> bytes:
    """One suite. The counts that its schema asks for are taken from the cases."""
    counts = {"tests": len(cases)}
    for attribute, outcome in (("failures", "failure"), ("errors", "error"), ("skipped", "skipped")):
        counts[attribute] = sum(case.outcome == outcome for case in cases)
    numbers = {name: str(count) for name, count in counts.items()}
    root = ElementTree.Element("testsuites")
    inside = ElementTree.SubElement(root, "testsuite", {"name": _clean(suite), **numbers})
    for case in cases:
        names = {"classname": _clean(classname), "name": _clean(case.name)}
        element = ElementTree.SubElement(inside, "testcase", names)
        if case.outcome == "passed":
            ElementTree.SubElement(element, "system-out").text = _clean(case.text)
            continue
        told = {"message": _clean(case.text)}
        if case.outcome != "skipped":
            told["type"] = _clean(case.kind)
        ElementTree.SubElement(element, case.outcome, told).text = _clean(case.text)
    ElementTree.indent(root)
    text: bytes = ElementTree.tostring(root, encoding="utf-8", xml_declaration=True)
    return text + b"\n"


def _clean(text: str) -> str:
    return _NO_XML.sub("\ufffd", text)
