# SPDX-License-Identifier: MIT
"""What the public C headers declare, in words that compare with the ctypes declarations.

The headers keep to a small part of C (no macros in declarations, no enums, no struct by value), so
that a few regular expressions read them whole; what they do not understand is an error.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path

SCALARS = {
    "void": "None",
    "float": "c_float",
    "double": "c_double",
    "size_t": "c_size_t",
    "int32_t": "c_int32",
    "int64_t": "c_int64",
    "uint64_t": "c_uint64",
}
POINTERS = {
    "char*": "c_char_p",
    "void*": "c_void_p",
    "float*": "Floats",
    "int32_t*": "Int32s",
    "int64_t*": "Int64s",
    "size_t*": "POINTER(c_size_t)",
    "char**": "POINTER(c_char_p)",
}


@dataclass
class Header:
    """Declarations of one or more headers, by their C names; types as ctypes spells them."""

    functions: dict[str, tuple[str, ...]] = field(default_factory=dict)  # result, arguments
    structs: dict[str, list[tuple[str, str]]] = field(default_factory=dict)  # field, type
    opaque: set[str] = field(default_factory=set)
    constants: list[str] = field(default_factory=list)


def class_name(name: str) -> str:
    """seqnet_tensor_info -> TensorInfo"""
    return "".join(word.capitalize() for word in name.split("_")[1:])


def ctypes_name(text: str, header: Header) -> str:
    """The ctypes spelling of a C type, such as "const float *"."""
    words = re.sub(r"\b(const|struct)\b", " ", text)
    compact = re.sub(r"\s+", "", words)
    if compact in SCALARS:
        return SCALARS[compact]
    if compact in POINTERS:
        return POINTERS[compact]
    base = compact.rstrip("*")
    stars = len(compact) - len(base)
    if base in header.opaque and stars in (1, 2):
        handle = class_name(base) + "Handle"
        return handle if stars == 1 else f"POINTER({handle})"
    if base in header.structs and stars == 1:
        return f"POINTER({class_name(base)})"
    raise ValueError(f"no ctypes type for {text!r}")


def split_declaration(text: str) -> tuple[str, str]:
    """ "const float *x" -> "const float *", "x" """
    match = re.fullmatch(r"(.*?)(\w+)", text.strip(), re.DOTALL)
    if match is None:
        raise ValueError(f"no declaration: {text!r}")
    return match.group(1), match.group(2)


def strip(text: str) -> str:
    """A header without comments, line continuations and preprocessor lines but plain #defines."""
    text = re.sub(r"/\*.*?\*/", " ", text, flags=re.DOTALL)
    text = re.sub(r"\\\n", " ", text)
    return re.sub(r"^\s*#.*$", "", text, flags=re.MULTILINE)


def read_constants(text: str) -> list[str]:
    """Names of the object-like macros whose values are numbers or strings."""
    text = re.sub(r"/\*.*?\*/", " ", text, flags=re.DOTALL)
    text = re.sub(r"\\\n", " ", text)
    names = re.findall(r'^#define (SEQNET_\w+)[ \t]+([-(\d"].*)$', text, re.MULTILINE)
    return [name for name, _ in names]


def read_field(text: str, header: Header) -> tuple[str, str]:
    """One member of a struct: its name and ctypes type."""
    pointer = re.match(r".*\(\*(\w+)\)\(.*\)$", text, re.DOTALL)
    if pointer:
        return pointer.group(1), "c_void_p"
    array = re.match(r"(.*)\[(\w+)\]$", text, re.DOTALL)
    kind, name = split_declaration(array.group(1) if array else text)
    if not array:
        return name, ctypes_name(kind, header)
    element = "c_char" if kind.strip() == "char" else ctypes_name(kind, header)
    return name, f"{element} * {array.group(2)}"


def read_structs(text: str, header: Header) -> None:
    """Fill in opaque names first: members may point to them."""
    header.opaque |= set(re.findall(r"typedef struct (\w+) \1;", text))
    pattern = r"typedef struct (\w+) \{(.*?)\} \1;"
    for name, body in re.findall(pattern, text, re.DOTALL):
        header.structs[name] = []
        members = [member.strip() for member in body.split(";") if member.strip()]
        header.structs[name] = [read_field(member, header) for member in members]


def read_functions(text: str, header: Header) -> None:
    pattern = r"SEQNET_API\s+([^;()]*?)(\w+)\s*\(([^;]*?)\)\s*;"
    for result, name, arguments in re.findall(pattern, text, re.DOTALL):
        types = [ctypes_name(result, header)]
        for argument in arguments.split(","):
            if argument.strip() != "void":
                types.append(ctypes_name(split_declaration(argument)[0], header))
        header.functions[name] = tuple(types)


def read(folder: Path) -> Header:
    """All public headers of a folder as one."""
    header = Header()
    texts = [path.read_text(encoding="utf-8") for path in sorted(folder.glob("*.h"))]
    for text in texts:
        header.constants += read_constants(text)
        header.opaque |= set(re.findall(r"typedef struct (\w+) \1;", strip(text)))
    order = sorted(texts, key=lambda text: "seqnet_allocator {" not in text)
    for text in order:
        read_structs(strip(text), header)
    for text in texts:
        read_functions(strip(text), header)
    return header
