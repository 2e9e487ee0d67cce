/* SPDX-License-Identifier: MIT */
/*
 * The layout of public structs and the values of constants, checked by the compiler: where pointers
 * have 64 bits, no platform that the library runs on orders or pads these members differently.
 */
#include <seqnet/seqnet.h>

#define MEMBER(type, member, offset) \
    _Static_assert(offsetof(type, member) == (offset), #type "." #member " has moved");
#define CONSTANT(name, value) _Static_assert((name) == (value), #name " has changed");
#define SIZE(type, size) _Static_assert(sizeof(type) == (size), #type " has another size");

#if UINTPTR_MAX == UINT64_MAX
#include "abi/layout.def"
#endif
