"""YAML text becomes a tree of values with their places, or a problem with its place; nothing else, and soon."""

from __future__ import annotations

import json
import math
import os
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from sim.errors import BadInput
from sim.files import yaml_nodes
from sim.files.source import MAX_BYTES, Place, decode, read_file
from sim.files.yaml_nodes import Node, parse, scalar


def plain(node: Node | None) -> Any:
    """The tree as plain Python values."""
    if node is None:
        return None
    if isinstance(node.value, dict):
        return {key: plain(entry.node) for key, entry in node.value.items()}
    return [plain(item) for item in node.value] if isinstance(node.value, tuple) else node.value


def told(text: str) -> str:
    """What the reader says about a bad text."""
    with pytest.raises(BadInput) as refused:
        parse(text, "f")
    return str(refused.value)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1e-3", 0.001), ("1.", 1.0), (".5", 0.5), ("-3", -3), ("010", 10), ("0o17", 15), ("0x1F", 31),
        ("true", True), ("False", False), ("null", None), ("~", None), ("", None), ("-.inf", -math.inf),
        ("9:00", "9:00"), ("no", "no"), ("off", "off"), ("Yes", "Yes"), ("1_000", "1_000"), ("0b1", "0b1"),
        ("2025-01-31", "2025-01-31"), ("15 %", "15 %"), ("1e", "1e"), (".", "."), ("+", "+"),
    ],
)  # fmt: skip
def test_plain_scalars_follow_the_core_rules_of_yaml_1_2(text: str, value: Any) -> None:
    """Numbers with an exponent are numbers; times, dates and yes/no words are text."""
    assert scalar(text) == value
    assert type(scalar(text)) is type(value)


def test_numbers_of_any_length_are_numbers() -> None:
    """Thousands of digits are read (as infinity, which is refused later), not an error of the interpreter."""
    assert scalar("9" * 5000) == math.inf
    assert str(scalar(".nan")) == "nan"


def test_quoted_scalars_are_text() -> None:
    """Quotes make text of what would be a number or a word."""
    found, problems = parse("a: '1'\nb: \"off\"\nc: |\n  2\n", "f")
    assert plain(found) == {"a": "1", "b": "off", "c": "2\n"}
    assert not problems


def test_every_value_and_key_knows_its_place() -> None:
    """Lines and columns count from 1, in characters."""
    found: Any = parse("# ü\nstore:\n  'ü': {é: 1, b: [2, 3]}\n", "f")[0]
    section = found.value["store"].node.value["ü"]
    assert section.place == Place("f", 3, 3)
    assert section.node.value["é"].node.place == Place("f", 3, 12)
    assert section.node.value["b"].node.value[1].place == Place("f", 3, 22)


@pytest.mark.parametrize("text", ["", "\n", "# only a comment\n", "---\n", "---\n...\n", "~\n"])
def test_empty_documents_are_none(text: str) -> None:
    """A file of nothing but comments has no tree."""
    found, problems = parse(text, "f")
    assert plain(found) is None
    assert not problems


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("store:\n\ta: 1\n", "f:2:1: a tab indents the line; YAML wants spaces"),
        ("store:\n  a: 1\n \tb: 1\n", "f:3:2: a tab indents the line"),
        ("a: b: c", "f:1:5: is not YAML: a ':' stands where no key can be"),
        ("a: [1, 2\n", "f:2:1: is not YAML: a ',' or a closing ']' is missing"),
        ("a: {b: 1\n", "f:2:1: is not YAML: a ',' or a closing '}' is missing"),
        ("a: 1\nb: 'x\n\n", "f:2:4: is not YAML: a quote is opened and not closed"),
        ("a: @x", "f:1:4: '@' cannot begin a value; put the value in quotes"),
        ("a:\n  b: 1\n c: 2\n", "f:3:2: is not YAML: the line does not fit"),
        ("a: 1\n---\nb: 2\n", "f:2:1: a second document begins"),
        ("a: *y", "f:1:4: the alias '*y' stands for nothing before it"),
        ("a: &x [*x]", "f:1:8: the alias '*x' stands for what it is part of"),
        ("[" * 100_000, "f:1:21: is nested too deeply; allowed: 20 levels"),
        ("- " * 100_000, "f:1:41: is nested too deeply"),
        ("a: [" + "1," * 100_000, "holds too many values; allowed: 20,000 values"),
        ('a: "\\q"', "f:1:5: is not YAML: a '\\' in double quotes begins no known escape"),
    ],
)
def test_syntax_is_told_in_plain_words_with_its_place(text: str, says: str) -> None:
    """Each mistake of syntax has the file, the line, the column and what to do."""
    assert says in told(text)


def test_the_slow_parser_says_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without libyaml the pure Python parser reads the same tree and refuses the same texts."""
    texts = ["a: {b: [1, x]}\nc: 'd'\n", "a:\n\tb: 1", "a: 1\na: 2", "!!python/none x", "a: *y", "a: 'x"]
    fast = [_outcome(text) for text in texts]
    monkeypatch.setattr(yaml_nodes, "PARSER", yaml.SafeLoader)
    assert [_outcome(text) for text in texts] == fast


def _outcome(text: str) -> Any:
    try:
        found, problems = parse(text, "f")
    except BadInput as refused:
        return [(problem.line, problem.message) for problem in refused.problems]
    return plain(found), [str(problem) for problem in problems]


def test_an_alias_bomb_is_refused_before_it_expands() -> None:
    """Ten levels of ten aliases each stand for ten thousand million values and cost nothing."""
    lines = ["a0: &a0 [x]"] + [f"a{i}: &a{i} [{', '.join([f'*a{i - 1}'] * 10)}]" for i in range(1, 11)]
    assert "holds too many values" in told("\n".join(lines))


def test_honest_aliases_are_read() -> None:
    """An anchor may be used again."""
    found, problems = parse("a: &x {b: 1}\nc: *x\n", "f")
    assert plain(found) == {"a": {"b": 1}, "c": {"b": 1}}
    assert not problems


@pytest.mark.parametrize("tag", ["!!python/object/apply:os.system [x]", "!!str 1", "! x", "!mine {a: 1}", "!<a:b> 1"])
def test_tags_are_refused_and_never_obeyed(tag: str) -> None:
    """Any explicit tag is a mistake with its place."""
    _, problems = parse(f"ok: 1\na: {tag}\n", "f")
    assert [(one.line, one.column) for one in problems] == [(2, 4)]
    assert "tags are not allowed" in problems[0].message


def test_duplicate_keys_are_told_with_both_lines() -> None:
    """The second one is the mistake, and reading goes on."""
    found, problems = parse("a: 1\nb: 2\na: 3\n'b': 4\n", "f")
    assert [str(one) for one in problems] == [
        "f:3:1: the key 'a' stands twice, first in line 1",
        "f:4:1: the key 'b' stands twice, first in line 2",
    ]
    assert plain(found) == {"a": 1, "b": 2}


def test_keys_that_are_no_words_are_told() -> None:
    """A list or a section cannot be a key."""
    _, problems = parse("? [a, b]\n: 1\n", "f")
    assert [str(one) for one in problems] == ["f:1:3: a key must be a word, not a list or a section"]


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"a: 1\nb: \xff\n", "f:2:4: is not UTF-8 text: byte 0xff"),
        (b"a: 1\nb: \0\n", "f:2:4: is not text: character U+0000"),
        (b"\xef\xbb\xbfa: \xc3\xa9\xff", "f:1:5: is not UTF-8 text: byte 0xff"),
        (b"\xff\xfea\0", "f:1:1: is UTF-16"),
        (b"\x7fELF\x02", "f:1:1: is not text: character U+007F"),
    ],
)
def test_bytes_that_are_no_text_are_told_with_their_place(data: bytes, says: str) -> None:
    """Binary files, other encodings and control characters are refused."""
    with pytest.raises(BadInput) as refused:
        decode(data, "f")
    assert says in str(refused.value)


def test_a_byte_order_mark_is_no_mistake() -> None:
    """Editors on some systems write one."""
    assert decode(b"\xef\xbb\xbfstore: {}", "f") == "store: {}"


def test_what_is_no_regular_file_is_refused_without_waiting(tmp_path: Any) -> None:
    """Directories, devices without an end, pipes without a writer and missing files are all told."""
    os.mkfifo(tmp_path / "pipe")
    for path, says in [
        (tmp_path, "is a directory"),
        ("/dev/zero", "is a device or a pipe"),
        (tmp_path / "pipe", "is a device or a pipe"),
        (tmp_path / "none.yaml", "cannot be read: No such file"),
        ("a\0b", "cannot be read"),
        (tmp_path / ("x" * 5000), "cannot be read: File name too long"),
    ]:
        with pytest.raises(BadInput, match=says):
            read_file(path, "f")


def test_large_files_are_refused_before_they_are_read(tmp_path: Any) -> None:
    """A file of 50 MB is refused by its size; one of exactly the limit is read."""
    path = tmp_path / "large.yaml"
    with open(path, "wb") as stream:
        stream.truncate(50_000_000)
    with pytest.raises(BadInput, match="is too large for a scenario: 50,000,000 bytes"):
        read_file(path, "f")
    path.write_bytes(b"#" * MAX_BYTES)
    assert len(read_file(path, "f")) == MAX_BYTES


@given(st.text(alphabet=st.sampled_from("ab1:- \n\t[]{}&*!|>'\"%@`#,?.~\\é"), max_size=60))
def test_any_text_is_a_tree_or_bad_input(text: str) -> None:
    """Whatever the characters, there is a tree with problems or a refusal with a message."""
    try:
        _, problems = parse(text, "f")
    except BadInput as refused:
        problems = list(refused.problems)
        assert problems
    assert all(problem.message and problem.line > 0 for problem in problems)


PRINTABLE = st.text(st.characters(exclude_categories=["C", "Z"]), max_size=8)


@given(st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | PRINTABLE,
    lambda inner: st.lists(inner, max_size=4)
    | st.dictionaries(st.text("abc_-", min_size=1, max_size=5), inner, max_size=4),
    max_leaves=12,
))  # fmt: skip
def test_what_a_strict_writer_writes_is_read_back(value: Any) -> None:
    """JSON is YAML: any JSON text gives the values it stands for."""
    found, problems = parse(json.dumps(value, ensure_ascii=False), "f")
    assert plain(found) == value
    assert not problems
