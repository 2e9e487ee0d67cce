# SPDX-License-Identifier: MIT
"""Files of the package safetensors are read by this library, and the other way round.

Drives the shared library itself: SEQNET_LIBRARY names libseqnet.so.
"""

import ctypes
import os

import numpy as np
import pytest

safetensors = pytest.importorskip("safetensors")
numpy_format = pytest.importorskip("safetensors.numpy")

LIBRARY = os.environ.get("SEQNET_LIBRARY")
if not LIBRARY:
    pytest.skip("SEQNET_LIBRARY is not set", allow_module_level=True)

MAX_RANK = 8
OK, EFORMAT, ENOTSUP = 0, -8, -6


class Entry(ctypes.Structure):
    """seqnet_tensors_entry of seqnet/tensors.h."""

    _fields_ = [
        ("struct_size", ctypes.c_size_t),
        ("name", ctypes.c_char_p),
        ("data", ctypes.c_void_p),
        ("data_bytes", ctypes.c_size_t),
        ("count", ctypes.c_int64),
        ("shape", ctypes.c_int64 * MAX_RANK),
        ("rank", ctypes.c_int32),
        ("dtype", ctypes.c_int32),
    ]


def declare():
    library = ctypes.CDLL(LIBRARY)
    pointer, text, size = ctypes.c_void_p, ctypes.c_char_p, ctypes.c_size_t
    number, count = ctypes.c_int32, ctypes.c_int64
    sizes = ctypes.POINTER(size)
    for name, result, arguments in [
        ("seqnet_error_message", text, []),
        ("seqnet_dtype_name", text, [number]),
        ("seqnet_tensors_create", number, [pointer, ctypes.POINTER(pointer)]),
        ("seqnet_tensors_destroy", None, [pointer]),
        ("seqnet_tensors_load", number, [text, pointer, ctypes.POINTER(pointer)]),
        ("seqnet_tensors_parse", number, [text, size, pointer, ctypes.POINTER(pointer)]),
        ("seqnet_tensors_save", number, [pointer, text]),
        ("seqnet_tensors_serialize", number, [pointer, pointer, size, sizes]),
        ("seqnet_tensors_count", number, [pointer]),
        ("seqnet_tensors_info", number, [pointer, number, ctypes.POINTER(Entry)]),
        ("seqnet_tensors_get", number, [pointer, text, pointer, count]),
        ("seqnet_tensors_set_entry", number, [pointer, ctypes.POINTER(Entry)]),
        ("seqnet_tensors_set_metadata", number, [pointer, text, text]),
        ("seqnet_tensors_metadata_key", text, [pointer, number]),
        ("seqnet_tensors_get_metadata", text, [pointer, text]),
    ]:
        function = getattr(library, name)
        function.restype, function.argtypes = result, arguments
    return library


LIB = declare()
DTYPES = {LIB.seqnet_dtype_name(number).decode(): number for number in range(1, 20)}

# Of each type the name that the package is called with, and the bytes of an element.
TYPES = {
    "F64": ("float64", 8), "F32": ("float32", 4), "F16": ("float16", 2), "BF16": ("bfloat16", 2),
    "I64": ("int64", 8), "I32": ("int32", 4), "I16": ("int16", 2), "I8": ("int8", 1),
    "U64": ("uint64", 8), "U32": ("uint32", 4), "U16": ("uint16", 2), "U8": ("uint8", 1),
    "BOOL": ("bool", 1), "C64": ("complex64", 8), "F8_E5M2": ("float8_e5m2", 1),
    "F8_E4M3": ("float8_e4m3fn", 1), "F8_E8M0": ("float8_e8m0fnu", 1),
    "F8_E4M3FNUZ": ("float8_e4m3fnuz", 1), "F8_E5M2FNUZ": ("float8_e5m2fnuz", 1),
}


def check(code):
    assert code == OK, LIB.seqnet_error_message().decode()


class Tensors:
    """A collection; name -> (type, shape, bytes)."""

    def __init__(self, path=None, data=None):
        self.handle = ctypes.c_void_p()
        handle = ctypes.byref(self.handle)
        if path is not None:
            check(LIB.seqnet_tensors_load(os.fsencode(path), None, handle))
        elif data is not None:
            check(LIB.seqnet_tensors_parse(data, len(data), None, handle))
        else:
            check(LIB.seqnet_tensors_create(None, handle))

    def __enter__(self):
        return self

    def __exit__(self, *_):
        LIB.seqnet_tensors_destroy(self.handle)

    def entries(self):
        found = {}
        for index in range(LIB.seqnet_tensors_count(self.handle)):
            entry = Entry(struct_size=ctypes.sizeof(Entry))
            check(LIB.seqnet_tensors_info(self.handle, index, ctypes.byref(entry)))
            found[entry.name.decode()] = (
                LIB.seqnet_dtype_name(entry.dtype).decode(),
                tuple(entry.shape[: entry.rank]),
                ctypes.string_at(entry.data, entry.data_bytes) if entry.data_bytes else b"",
            )
        return found

    def metadata(self):
        found, index = {}, 0
        while (key := LIB.seqnet_tensors_metadata_key(self.handle, index)) is not None:
            found[key.decode()] = LIB.seqnet_tensors_get_metadata(self.handle, key).decode()
            index += 1
        return found

    def floats(self, name, shape):
        out = np.full(shape, np.nan, np.float32)
        check(LIB.seqnet_tensors_get(self.handle, name.encode(), out.ctypes.data, out.size))
        return out

    def set(self, name, dtype, shape, data):
        buffer = ctypes.create_string_buffer(data, max(len(data), 1))
        entry = Entry(struct_size=ctypes.sizeof(Entry), name=name.encode(), rank=len(shape),
                      dtype=DTYPES[dtype], data_bytes=len(data),
                      data=ctypes.cast(buffer, ctypes.c_void_p))
        entry.shape[: len(shape)] = shape
        check(LIB.seqnet_tensors_set_entry(self.handle, ctypes.byref(entry)))

    def set_metadata(self, key, value):
        check(LIB.seqnet_tensors_set_metadata(self.handle, key.encode(), value.encode()))

    def serialize(self):
        size = ctypes.c_size_t()
        check(LIB.seqnet_tensors_serialize(self.handle, None, 0, ctypes.byref(size)))
        buffer = ctypes.create_string_buffer(size.value)
        check(LIB.seqnet_tensors_serialize(self.handle, buffer, size.value, ctypes.byref(size)))
        return buffer.raw


def bits(dtype, shape, seed):
    """Random bytes that are values of the type: any bits at all, but 0 and 1 of BOOL."""
    random = np.random.default_rng(seed)
    elements = int(np.prod(shape, dtype=np.int64))
    if dtype == "BOOL":
        return random.integers(0, 2, elements, np.uint8).tobytes()
    return random.bytes(elements * TYPES[dtype][1])


def everything():
    """One tensor of every type and of many shapes, under names of all scripts."""
    shapes = [(2, 3), (), (0,), (5,), (2, 0, 4), (1, 2, 1, 3), (1,) * 8]
    names = ["a", "weight_ih_l0", "sch\u00f6n", "\u91cd\u307f", "\U0001f600", "", "q\"\\/\n\x01"]
    tensors = {}
    for index, dtype in enumerate(DTYPES):
        shape, name = shapes[index % len(shapes)], names[index % len(names)] + "." + dtype
        tensors[name] = (dtype, shape, bits(dtype, shape, index))
    return tensors


def package_write(tensors, metadata=None):
    held, specs = [], {}
    for name, (dtype, shape, content) in tensors.items():
        held.append(np.frombuffer(content + b"\0", np.uint8))
        specs[name] = safetensors.TensorSpec(
            dtype=TYPES[dtype][0], shape=list(shape), data_len=len(content),
            data_ptr=held[-1].ctypes.data)
    return bytes(safetensors.serialize(specs, metadata))


def package_read(data):
    return {
        name: (one["dtype"], tuple(one["shape"]), bytes(one["data"]))
        for name, one in safetensors.deserialize(data)
    }


def test_all_types_of_the_package_are_read(tmp_path):
    data = package_write(everything(), {"format": "pt"})
    path = tmp_path / "all.safetensors"
    path.write_bytes(data)
    with Tensors(data=data) as parsed, Tensors(path=path) as loaded:
        for read in parsed, loaded:
            assert read.entries() == everything()
            assert read.metadata() == {"format": "pt"}


def test_all_types_are_read_by_the_package():
    with Tensors() as made:
        for name, (dtype, shape, content) in everything().items():
            made.set(name, dtype, shape, content)
        assert package_read(made.serialize()) == everything()


def test_metadata_goes_both_ways(tmp_path):
    metadata = {"": "empty key", "k\u00e9y": "t\u00e4xt\n\"\\\x01", "\U0001f600": "",
                "z" * 300: "y" * 5000}
    path = tmp_path / "ours.safetensors"
    with Tensors(data=package_write({}, metadata)) as read:
        assert read.metadata() == metadata
    with Tensors() as made:
        for key, value in metadata.items():
            made.set_metadata(key, value)
        made.set("x", "U8", (), b"1")
        check(LIB.seqnet_tensors_save(made.handle, os.fsencode(path)))
    with safetensors.safe_open(path, framework="np") as file:
        assert file.metadata() == metadata
        assert list(file.keys()) == ["x"]


def test_arrays_of_numpy_go_both_ways(tmp_path):
    random = np.random.default_rng(1)
    arrays = {
        "f64": random.normal(size=(3, 4)), "f32": random.normal(size=(2, 5)).astype(np.float32),
        "f16": random.normal(size=7).astype(np.float16), "i64": np.arange(-3, 3),
        "bool": np.array([[True, False], [False, True]]), "scalar": np.array(2.5, np.float32),
        "empty": np.zeros((0, 3), np.float32),
    }
    theirs, ours = tmp_path / "theirs.safetensors", tmp_path / "ours.safetensors"
    numpy_format.save_file(arrays, theirs, metadata={"k": "v"})
    with Tensors(path=theirs) as read:
        check(LIB.seqnet_tensors_save(read.handle, os.fsencode(ours)))
    back = numpy_format.load_file(ours)
    assert back.keys() == arrays.keys()
    for name, array in arrays.items():
        assert back[name].dtype == array.dtype and back[name].shape == array.shape
        np.testing.assert_array_equal(back[name], array)


@pytest.mark.parametrize("dtype", ["F16", "BF16"])
def test_every_short_float_is_converted(dtype):
    patterns = np.arange(65536, dtype=np.uint16)
    expected = (patterns.view(np.float16).astype(np.float32) if dtype == "F16" else
                (patterns.astype(np.uint32) << 16).view(np.float32))
    data = package_write({"x": (dtype, (256, 256), patterns.tobytes())})
    with Tensors(data=data) as read:
        actual = read.floats("x", (256, 256)).ravel()
    nan = np.isnan(expected)
    np.testing.assert_array_equal(np.isnan(actual), nan)
    np.testing.assert_array_equal(actual[~nan].view(np.uint32), expected[~nan].view(np.uint32))


def test_doubles_are_rounded_as_numpy_rounds():
    random = np.random.default_rng(2)
    doubles = random.normal(size=20000) * 10.0 ** random.integers(-50, 45, 20000)
    data = numpy_format.save({"x": doubles})
    with np.errstate(over="ignore"):
        expected = doubles.astype(np.float32)
    with Tensors(data=data) as read:
        np.testing.assert_array_equal(read.floats("x", 20000), expected)


def test_a_file_of_floats_gets_the_same_bytes():
    random = np.random.default_rng(3)
    data = numpy_format.save({
        name: random.normal(size=size).astype(np.float32)
        for name, size in [("b", (2, 3)), ("a", 5), ("\u00e9", ()), ("layer.10", 1), ("layer.9", 2)]
    })
    with Tensors(data=data) as read:
        assert read.serialize() == data


def file_of(header, data=b""):
    return len(header).to_bytes(8, "little") + header + data


@pytest.mark.parametrize("data", [
    b"", file_of(b"{"), file_of(b"{}", b"x"), file_of(b"[]"),
    file_of(b'{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,4]}}', b"abcd"),
    file_of(b'{"a":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}}', b"abcdefgh"),
    file_of(b'{"a":{"dtype":"F33","shape":[1],"data_offsets":[0,4]}}', b"abcd"),
    file_of(b'{"a":{"dtype":"U8","shape":[4294967296,4294967296],"data_offsets":[0,0]}}'),
    file_of(b'{"__metadata__":{"k":1}}'), file_of(b'{"__metadata__":{"k":"\xff"}}'),
])
def test_both_refuse(data):
    handle = ctypes.c_void_p()
    assert LIB.seqnet_tensors_parse(data, len(data), None, ctypes.byref(handle)) == EFORMAT
    assert not handle
    with pytest.raises(safetensors.SafetensorError):
        safetensors.deserialize(data)


def test_sub_byte_types_are_unsupported_by_name():
    data = file_of(b'{"a":{"dtype":"F4","shape":[2],"data_offsets":[0,1]}}', b"x")
    assert package_read(data) == {"a": ("F4", (2,), b"x")}
    handle = ctypes.c_void_p()
    assert LIB.seqnet_tensors_parse(data, len(data), None, ctypes.byref(handle)) == ENOTSUP
    assert b'"a": dtype F4 is not supported' in LIB.seqnet_error_message()
