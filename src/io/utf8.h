/* SPDX-License-Identifier: MIT */
#ifndef SEQNET_IO_UTF8_H
#define SEQNET_IO_UTF8_H

/* 1 if a string is valid UTF-8, as JSON needs it. */
int utf8_is_valid(const char *text);

#endif
