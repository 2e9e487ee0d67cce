/* SPDX-License-Identifier: MIT */
/* The tables that table.c defines, one per instruction set. */
#ifndef SEQNET_CELLS_TABLE_H
#define SEQNET_CELLS_TABLE_H

#include "cells/cell.h"

extern const struct cell *const cell_table_baseline[CELL_COUNT];
extern const struct cell *const cell_table_avx2[CELL_COUNT];
extern const struct cell *const cell_table_avx512[CELL_COUNT];

#endif
