/* SPDX-License-Identifier: MIT */
#include "text/specials.h"

#include <seqnet/text.h>

#include <assert.h>
#include <string.h>

static const struct {
    int32_t flag;
    const char *name;
} specials[] = {
    { SEQNET_PAD, "<pad>" },
    { SEQNET_UNK, "<unk>" },
    { SEQNET_BOS, "<bos>" },
    { SEQNET_EOS, "<eos>" },
};

enum { KINDS = sizeof specials / sizeof *specials };

int32_t specials_count(int32_t mask)
{
    int32_t count = 0;
    for (int i = 0; i < KINDS; i++)
        count += (mask & specials[i].flag) != 0;
    return count;
}

int32_t specials_token(int32_t mask, int32_t flag)
{
    return mask & flag ? specials_count(mask & (flag - 1)) : -1;
}

const char *specials_name(int32_t mask, int32_t token)
{
    int i = 0;
    while (!(mask & specials[i].flag) || token-- > 0)
        i++;
    assert(i < KINDS);
    return specials[i].name;
}

int32_t specials_flag(const char *name)
{
    for (int i = 0; i < KINDS; i++)
        if (strcmp(name, specials[i].name) == 0)
            return specials[i].flag;
    return 0;
}

size_t specials_prefix(int32_t mask, const char *text, size_t size)
{
    for (int i = 0; i < KINDS; i++) {
        const size_t length = strlen(specials[i].name);
        if ((mask & specials[i].flag) && size >= length &&
            memcmp(text, specials[i].name, length) == 0)
            return length;
    }
    return 0;
}
