/* SPDX-License-Identifier: MIT */
#include "plain.h"

/* C0, DEL, and C1, which UTF-8 writes as C2 80..9F. */
void plain_text(char *text)
{
    for (unsigned char *at = (unsigned char *)text; *at; at++) {
        if (*at < 0x20 || *at == 0x7F)
            *at = '?';
        else if (at[0] == 0xC2 && at[1] >= 0x80 && at[1] < 0xA0)
            at[0] = at[1] = '?';
    }
}
