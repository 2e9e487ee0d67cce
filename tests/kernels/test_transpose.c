/* SPDX-License-Identifier: MIT */
/* Transposed copies of all small shapes, on every instruction set; nothing else is written. */
#include "kernels/product_kernels.h"
#include "layers/noise.h"
#include "support/assert.h"

#define MOST 37
#define FROM_ROW 41
#define TO_ROW 43
#define MARK 12345

static real from[MOST * FROM_ROW], to[MOST * TO_ROW];

static void check(transpose_function *transpose, int rows, int columns)
{
    for (int i = 0; i < MOST * TO_ROW; i++)
        to[i] = MARK;
    transpose(to, TO_ROW, from, FROM_ROW, rows, columns);
    for (int c = 0; c < MOST; c++)
        for (int r = 0; r < TO_ROW; r++) {
            const int inside = c < columns && r < rows;
            assert_true(to[c * TO_ROW + r] == (inside ? from[r * FROM_ROW + c] : MARK));
        }
}

static void all_shapes(void **state)
{
    (void)state;
    noise_fill(from, sizeof from / sizeof *from, NOISE_X);
    for (int isa = ISA_BASELINE; isa < ISA_COUNT; isa++)
        for (int rows = 0; isa_available((enum isa)isa) && rows <= MOST; rows++)
            for (int columns = 0; columns <= MOST; columns++)
                check(product_kernels_get_isa((enum isa)isa)->transpose, rows, columns);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(all_shapes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
