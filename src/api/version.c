/* SPDX-License-Identifier: MIT */
#include <seqnet/version.h>

int32_t seqnet_version(void)
{
    return SEQNET_VERSION;
}

const char *seqnet_version_string(void)
{
    return SEQNET_VERSION_STRING;
}
