# SPDX-License-Identifier: MIT
"""The ctypes declarations against the public headers, of which a C program tells the numbers."""

from __future__ import annotations

import ctypes
import json
import re
import subprocess

import headers
import pytest
from conftest import ROOT

import seqnet
from seqnet import _constants, _structs, errors
from seqnet._functions import FUNCTIONS
from seqnet._library import loaded

HEADER = headers.read(ROOT / "include" / "seqnet")
EXPORTS = set(re.findall(r"^\s+(seqnet_\w+);", (ROOT / "cmake/seqnet.map").read_text(), re.M))


def spelling(kind: type | None) -> str:
    """A ctypes type in the words of headers.py."""
    if kind is None:
        return "None"
    if kind is _structs.Status:
        return "c_int32"
    if issubclass(kind, ctypes._Pointer):
        return f"POINTER({spelling(kind._type_)})"
    if issubclass(kind, ctypes.Array):
        return f"{spelling(kind._type_)} * {kind._length_}"
    for name in ("c_int32", "c_int64", "c_uint64", "c_size_t"):
        # c_size_t is c_uint64's type on 64-bit machines; the C program tells them apart by size.
        if kind is getattr(ctypes, name):
            return name
    return kind.__name__


def same(declared: str, wanted: str) -> bool:
    return declared.replace("c_size_t", "c_uint64") == wanted.replace("c_size_t", "c_uint64")


def struct(name: str) -> type[ctypes.Structure]:
    kind = getattr(_structs, headers.class_name(name), None)
    assert kind is not None, f"{name} is not declared in _structs.py"
    return kind


@pytest.mark.parametrize("name", sorted(EXPORTS | set(HEADER.functions)))
def test_function(name):
    assert name in HEADER.functions, f"{name} is in cmake/seqnet.map but in no header"
    assert name in EXPORTS, f"{name} is in a header but not in cmake/seqnet.map"
    assert name in FUNCTIONS, f"{name} is not declared in _functions.py"
    declared, wanted = [spelling(kind) for kind in FUNCTIONS[name]], HEADER.functions[name]
    assert len(declared) == len(wanted), f"{name}: {declared} for {wanted}"
    assert all(map(same, declared, wanted)), f"{name}: {declared} for {wanted}"
    assert hasattr(loaded, name)


def test_nothing_else_is_declared():
    structs = {headers.class_name(name) for name in HEADER.structs}
    declared = {
        name
        for name, kind in vars(_structs).items()
        if isinstance(kind, type) and issubclass(kind, ctypes.Structure)
    }
    assert set(FUNCTIONS) <= EXPORTS
    assert declared - {"Structure", "Sized"} == structs


@pytest.mark.parametrize("name", sorted(HEADER.structs))
def test_members(name):
    declared = [(field, spelling(kind)) for field, kind in struct(name)._fields_]
    wanted = []
    for field, kind in HEADER.structs[name]:
        kind = re.sub(r"SEQNET_(\w+)$", lambda m: str(getattr(_constants, m[1])), kind)
        wanted.append((field, kind))
    assert [field for field, _ in declared] == [field for field, _ in wanted]
    for (field, kind), (_, need) in zip(declared, wanted):
        assert same(kind, need), f"{name}.{field} is {kind}, need {need}"


def probe() -> str:
    """A C program that prints sizes, offsets and constants as JSON."""
    lines = [
        "#include <seqnet/seqnet.h>",
        "#include <stdio.h>",
        "#include <stddef.h>",
        "int main(void) {",
        'printf("{");',
    ]
    for name, members in HEADER.structs.items():
        lines.append(f'printf("\\"{name}\\": %zu,", sizeof({name}));')
        for field, _ in members:
            lines.append(f'printf("\\"{name}.{field}\\": %zu,", offsetof({name}, {field}));')
    for name in HEADER.constants:
        kind, value = ('\\"%s\\"', name) if name.endswith("STRING") else ("%lld", f"0LL + {name}")
        lines.append(f'printf("\\"{name}\\": {kind},", {value});')
    return "\n".join([*lines, 'puts("\\"end\\": 0}");', "return 0; }", ""])


@pytest.fixture(scope="module")
def truth(tmp_path_factory):
    folder = tmp_path_factory.mktemp("probe")
    (folder / "probe.c").write_text(probe())
    command = ["cc", f"-I{ROOT / 'include'}", "probe.c", "-o", "probe"]
    try:
        subprocess.run(command, check=True, cwd=folder)
    except FileNotFoundError:
        pytest.skip("no C compiler")
    return json.loads(subprocess.check_output([folder / "probe"]))


@pytest.mark.parametrize("name", sorted(HEADER.structs))
def test_layout(name, truth):
    kind = struct(name)
    assert ctypes.sizeof(kind) == truth[name]
    for field, _ in HEADER.structs[name]:
        assert getattr(kind, field).offset == truth[f"{name}.{field}"], field


@pytest.mark.parametrize(
    "name", sorted(name for name in HEADER.constants if not name.startswith("SEQNET_VERSION"))
)
def test_constant(name, truth):
    assert getattr(_constants, name[len("SEQNET_") :], None) == truth[name]


def test_versions(truth):
    project = (ROOT / "bindings/python/pyproject.toml").read_text()
    version = truth["SEQNET_VERSION_STRING"]
    assert seqnet.__version__ == version
    assert seqnet.library_version() == version
    assert f'\nversion = "{version}"\n' in project


def test_every_code_has_an_exception(truth):
    numbers = {truth[name] for name in HEADER.constants if not name.endswith("STRING")}
    kinds = {kind.code for kind in errors.SeqnetError.__subclasses__()}
    assert kinds == {number for number in numbers if number < 0}


def test_parser_refuses_what_it_does_not_know():
    with pytest.raises(ValueError, match="no ctypes type for 'long"):
        headers.ctypes_name("long *", headers.Header())
