/* SPDX-License-Identifier: MIT */
/* SEQNET_ISA asks for an instruction set; the choice is made once a process, so tests fork. */
#include "kernels/isa.h"
#include "support/assert.h"

#include <seqnet/runtime.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

/* In a child: whether SEQNET_ISA = `wanted` (NULL: not set) selects `expected`, and keeps it. */
static int selects(const char *wanted, enum isa expected)
{
    if (wanted)
        setenv("SEQNET_ISA", wanted, 1);
    else
        unsetenv("SEQNET_ISA");
    const int first = isa_selected() == expected;
    setenv("SEQNET_ISA", "baseline", 1);
    return first && isa_selected() == expected &&
           strcmp(seqnet_runtime_isa(), isa_name(expected)) == 0;
}

static void assert_selects(const char *wanted, enum isa expected)
{
    int status;
    const pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0)
        _exit(selects(wanted, expected) ? 0 : 1);
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFEXITED(status));
    assert_int_equal(WEXITSTATUS(status), 0);
}

static enum isa best(void)
{
    enum isa found = ISA_BASELINE;
    for (int isa = 0; isa < ISA_COUNT; isa++)
        if (isa_available((enum isa)isa))
            found = (enum isa)isa;
    return found;
}

static void the_best_is_the_default(void **state)
{
    (void)state;
    assert_selects(NULL, best());
    assert_selects("", best());
    assert_selects("avx1024", best());
}

static void a_lesser_one_can_be_asked_for(void **state)
{
    (void)state;
    for (int isa = 0; isa < ISA_COUNT; isa++)
        assert_selects(isa_name((enum isa)isa),
                       isa_available((enum isa)isa) ? (enum isa)isa : best());
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_best_is_the_default),
        cmocka_unit_test(a_lesser_one_can_be_asked_for),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
