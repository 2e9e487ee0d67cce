/* SPDX-License-Identifier: MIT */
#ifndef SEQNET_TOOL_PLAIN_H
#define SEQNET_TOOL_PLAIN_H

/*
 * Control characters of UTF-8 text become '?': what a hostile file holds then is one line and
 * cannot drive the terminal it is shown on.
 */
void plain_text(char *text);

#endif
