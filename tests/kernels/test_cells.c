/* SPDX-License-Identifier: MIT */
/*
 * Every cell of every instruction set against its equations in double precision, forward and
 * backward; a row gives the same bits whatever the number of units and rows around it.
 */
#include "cells/cell.h"
#include "layers/noise.h"
#include "support/assert.h"

#include <math.h>
#include <string.h>

#define ROWS 3
#define UNITS 67
#define BLOCKS 4
#define CLOSE 2e-6

/* One step's arrays for `units` units a row. */
struct arrays {
    real gates[ROWS * BLOCKS * UNITS];
    real h_prev[ROWS * UNITS], c[ROWS * UNITS], h[ROWS * UNITS], operand[ROWS * UNITS];
    real dh[ROWS * UNITS], dh_prev[ROWS * UNITS], dc[ROWS * UNITS];
};

/* The same numbers for a (row, unit) whatever `units` is. */
static real number(int stream, int row, int j)
{
    return 2 * noise((uint64_t)stream, (uint64_t)(row * UNITS + j));
}

static void fill(struct arrays *a, const struct cell *cell, int units)
{
    memset(a, 0xFF, sizeof *a);
    for (int row = 0; row < ROWS; row++)
        for (int j = 0; j < units; j++) {
            for (int g = 0; g < cell->blocks; g++)
                a->gates[(row * cell->blocks + g) * units + j] = number(g, row, j);
            a->h_prev[row * units + j] = number(10, row, j);
            a->c[row * units + j] = number(11, row, j);
            a->dh[row * units + j] = number(12, row, j);
            a->dc[row * units + j] = number(13, row, j);
        }
}

static struct cell_block block_of(struct arrays *a, const struct cell *cell, int units)
{
    return (struct cell_block){
        .rows = ROWS,
        .units = units,
        .gate_stride = units,
        .row_stride = (ptrdiff_t)cell->blocks * units,
        .gates = a->gates,
        .h_prev = a->h_prev,
        .h_prev_stride = units,
        .c_prev = a->c,
        .c = a->c,
        .h = a->h,
        .operand = a->operand,
        .dh = a->dh,
        .dh_prev = a->dh_prev,
        .dc = a->dc,
        .stride = units,
    };
}

/* Forward in `a`; backward from its tape, with the c_{t-1} of the start, in `b`. */
static void run(const struct cell *cell, int units, struct arrays *a, struct arrays *b)
{
    fill(a, cell, units);
    fill(b, cell, units);
    const struct cell_block forward = block_of(a, cell, units);
    for (int stage = 0; stage < cell->stages; stage++)
        cell->forward[stage](&forward);
    memcpy(b->gates, a->gates, sizeof b->gates);
    for (int i = 0; i < ROWS * units; i++)
        b->operand[i] = 0.5f; /* stands for dq, which the driver computes between the stages */
    const struct cell_block backward = block_of(b, cell, units);
    for (int stage = 0; stage < cell->stages; stage++)
        cell->backward[stage](&backward);
}

/* One unit's results; which of them a cell has depends on it. */
struct unit {
    double h, c, dh_prev, dc, dg[BLOCKS];
};

static double s(double x)
{
    return 1 / (1 + exp(-x));
}

static struct unit rnn(enum cell_id id, const double a[BLOCKS], double dh)
{
    if (id == CELL_rnn_relu)
        return (struct unit){ .h = fmax(a[0], 0), .dg = { a[0] > 0 ? dh : 0 } };
    const double h = id == CELL_rnn_tanh ? tanh(a[0]) : s(a[0]);
    return (struct unit){ .h = h, .dg = { dh * (id == CELL_rnn_tanh ? 1 - h * h : h * (1 - h)) } };
}

static struct unit lstm(const double a[BLOCKS], double c_prev, double dh, double dc_next)
{
    const double i = s(a[0]), f = s(a[1]), g = tanh(a[2]), o = s(a[3]);
    const double c = f * c_prev + i * g, dc = dc_next + dh * o * (1 - tanh(c) * tanh(c));
    return (struct unit){ .h = o * tanh(c),
                          .c = c,
                          .dc = dc * f,
                          .dg = { dc * g * i * (1 - i), dc * c_prev * f * (1 - f),
                                  dc * i * (1 - g * g), dh * tanh(c) * o * (1 - o) } };
}

static struct unit gru(enum cell_id id, const double a[BLOCKS], double h_prev, double dh)
{
    const int after = id == CELL_gru;
    const double r = s(a[0]), z = s(a[1]), n = tanh(a[2] + (after ? r * a[3] : 0)), dq = 0.5;
    const double dn = dh * (1 - z) * (1 - n * n), dr = after ? dn * a[3] : dq * h_prev;
    return (struct unit){ .h = (1 - z) * n + z * h_prev,
                          .dh_prev = dh * z + (after ? 0 : dq * r),
                          .dg = { dr * r * (1 - r), dh * (h_prev - n) * z * (1 - z), dn, dn * r } };
}

static struct unit reference(enum cell_id id, int row, int j)
{
    double a[BLOCKS];
    for (int g = 0; g < BLOCKS; g++)
        a[g] = (double)number(g, row, j);
    const double h_prev = (double)number(10, row, j), c_prev = (double)number(11, row, j);
    const double dh = (double)number(12, row, j), dc = (double)number(13, row, j);
    if (id == CELL_lstm)
        return lstm(a, c_prev, dh, dc);
    return id == CELL_gru || id == CELL_gru_reset_before ? gru(id, a, h_prev, dh) : rnn(id, a, dh);
}

static void assert_close(real actual, double expected)
{
    const real rounded = (real)expected;
    assert_all_close(&actual, &rounded, 1, CLOSE, CLOSE);
}

static void check_cell(enum cell_id id, enum isa isa)
{
    const struct cell *cell = cell_get_isa(id, isa);
    static struct arrays a, b;
    run(cell, UNITS, &a, &b);
    for (int row = 0; row < ROWS; row++)
        for (int j = 0; j < UNITS; j++) {
            const struct unit expected = reference(id, row, j);
            const int at = row * UNITS + j;
            assert_close(a.h[at], expected.h);
            assert_close(b.dh_prev[at], expected.dh_prev);
            for (int g = 0; g < cell->blocks; g++)
                assert_close(b.gates[(row * cell->blocks + g) * UNITS + j], expected.dg[g]);
            if (!cell->has_c)
                continue;
            assert_close(a.c[at], expected.c);
            assert_close(b.dc[at], expected.dc);
        }
}

static void cells_follow_their_equations(void **state)
{
    (void)state;
    for (int isa = 0; isa < ISA_COUNT && isa_available((enum isa)isa); isa++)
        for (int id = 0; id < CELL_COUNT; id++)
            check_cell((enum cell_id)id, (enum isa)isa);
}

static void check_units(const struct cell *cell, int units, const struct arrays *all,
                        const struct arrays *all_back)
{
    static struct arrays a, b;
    run(cell, units, &a, &b);
    for (int row = 0; row < ROWS; row++) {
        const size_t bytes = (size_t)units * sizeof(real);
        const int at = row * units, all_at = row * UNITS;
        assert_same_bytes(&a.h[at], &all->h[all_at], bytes);
        assert_same_bytes(&a.c[at], &all->c[all_at], bytes);
        assert_same_bytes(&b.dc[at], &all_back->dc[all_at], bytes);
        assert_same_bytes(&b.dh_prev[at], &all_back->dh_prev[all_at], bytes);
        for (int g = 0; g < cell->blocks; g++)
            assert_same_bytes(&b.gates[(row * cell->blocks + g) * units],
                              &all_back->gates[(row * cell->blocks + g) * UNITS], bytes);
    }
}

static void units_do_not_depend_on_their_number(void **state)
{
    (void)state;
    static struct arrays all, all_back;
    for (int isa = 0; isa < ISA_COUNT && isa_available((enum isa)isa); isa++)
        for (int id = 0; id < CELL_COUNT; id++) {
            const struct cell *cell = cell_get_isa((enum cell_id)id, (enum isa)isa);
            run(cell, UNITS, &all, &all_back);
            for (int units = 1; units < UNITS; units++)
                check_units(cell, units, &all, &all_back);
        }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(cells_follow_their_equations),
        cmocka_unit_test(units_do_not_depend_on_their_number),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
