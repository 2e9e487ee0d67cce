/* SPDX-License-Identifier: MIT */
#include "cells/table.h"

const struct cell *cell_get_isa(enum cell_id id, enum isa isa)
{
    switch (isa) {
#ifdef SEQNET_HAVE_AVX512
    case ISA_AVX512:
        return cell_table_avx512[id];
#endif
#ifdef SEQNET_HAVE_AVX2
    case ISA_AVX2:
        return cell_table_avx2[id];
#endif
    default:
        return cell_table_baseline[id];
    }
}

const struct cell *cell_get(enum cell_id id)
{
    return cell_get_isa(id, isa_selected());
}
