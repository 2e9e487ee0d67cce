/* SPDX-License-Identifier: MIT */
#include "dialects/dialect.h"

#include <string.h>

#define DIALECT(name) extern const struct dialect dialect_##name;
#include "dialects/dialects.def"
#undef DIALECT

#define DIALECT(name) &dialect_##name,
static const struct dialect *const dialects[] = {
#include "dialects/dialects.def"
};
#undef DIALECT

#define DIALECT_COUNT ((int32_t)(sizeof dialects / sizeof *dialects))
_Static_assert(sizeof dialects / sizeof *dialects == SEQNET_DIALECT_ONEDNN + 1,
               "the public header numbers the lines of dialects.def");

const struct dialect *dialect_get(int32_t number)
{
    return number >= 0 && number < DIALECT_COUNT ? dialects[number] : NULL;
}

static int is_sign(const char *sign, const char *part)
{
    const size_t length = strlen(sign);
    return sign[length - 1] == '*' ? !strncmp(sign, part, length - 1) : !strcmp(sign, part);
}

const struct dialect *dialect_of_name(const char *name)
{
    const char *const dot = strrchr(name, '.');
    for (int32_t i = 0; i < DIALECT_COUNT; i++)
        for (const char *const *sign = dialects[i]->signs; *sign; sign++)
            if (is_sign(*sign, dot ? dot + 1 : name))
                return dialects[i];
    return NULL;
}
