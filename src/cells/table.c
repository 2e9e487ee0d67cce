/* SPDX-License-Identifier: MIT */
/* The cells of one instruction set, in the order of cells.def. Compiled once per set. */
#include "cells/table.h"

#define CELL(name) extern const struct cell ISA_SYMBOL(cell_##name);
#include "cells/cells.def"
#undef CELL

const struct cell *const ISA_SYMBOL(cell_table)[CELL_COUNT] = {
#define CELL(name) &ISA_SYMBOL(cell_##name),
#include "cells/cells.def"
#undef CELL
};
