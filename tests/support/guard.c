/* SPDX-License-Identifier: MIT */
#define _DEFAULT_SOURCE /* MAP_ANONYMOUS */
#include "support/guard.h"

#include "support/assert.h"

#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

static size_t page_size(void)
{
    return (size_t)sysconf(_SC_PAGESIZE);
}

/* No bytes are no error for Linux, but one for its emulators. */
static void protect(void *first, size_t bytes, int protection)
{
    if (bytes)
        assert_int_equal(mprotect(first, bytes, protection), 0);
}

/* forbidden page | whole pages that hold the buffer | forbidden page */
void *guard_new(struct guard *guard, size_t bytes, int side)
{
    const size_t page = page_size();
    const size_t inner = (bytes + page - 1) / page * page;
    guard->pages_bytes = inner + 2 * page;
    guard->pages = mmap(NULL, guard->pages_bytes, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    assert_true(guard->pages != MAP_FAILED);
    char *const first = (char *)guard->pages + page;
    protect(first, inner, PROT_READ | PROT_WRITE);
    memset(first, 0xFF, inner);
    guard->data = side == GUARD_START ? first : first + (inner - bytes);
    return guard->data;
}

void guard_read_only(const struct guard *guard)
{
    const size_t page = page_size();
    char *const first = (char *)guard->pages + page;
    protect(first, guard->pages_bytes - 2 * page, PROT_READ);
}

void guard_free(struct guard *guard)
{
    assert_int_equal(munmap(guard->pages, guard->pages_bytes), 0);
    *guard = (struct guard){ NULL, NULL, 0 };
}
