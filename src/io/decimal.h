/* SPDX-License-Identifier: MIT */
/*
 * Floats as decimal text in files. Neither printf nor strtod can be trusted with that: both follow
 * the locale of the host's process, which this library may not change.
 */
#ifndef SEQNET_IO_DECIMAL_H
#define SEQNET_IO_DECIMAL_H

#define DECIMAL_BYTES 32

/* The shortest text "[-]digits[.digits][e[-+]digits]" that reads back as the same finite float. */
void decimal_write(float value, char text[DECIMAL_BYTES]);

/*
 * 1 and the nearest float, or 0 if the text is of another form, has more than 18 digits or is no
 * finite float.
 */
int decimal_read(const char *text, float *value);

#endif
