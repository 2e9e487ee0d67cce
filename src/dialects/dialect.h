/* SPDX-License-Identifier: MIT */
/*
 * What a dialect is: how it lays out a module's tensors, and how a module is known by them. A new
 * one is a file of its own, a line in dialects.def and a number in the public header.
 */
#ifndef SEQNET_DIALECTS_DIALECT_H
#define SEQNET_DIALECTS_DIALECT_H

#include "dialects/module.h"
#include "dialects/plan.h"

struct dialect {
    const char *name;  /* as the program takes it: "keras" */
    const char *title; /* as people write it: "Keras" */
    /* Last parts of names that this dialect alone has; "weight_ih_l*" is any that begins so. */
    const char *const *signs;
    int32_t has_level_parts;  /* names may have a part "l{k}" for the level */
    int32_t has_ways;         /* and then "forward" or "backward" */
    int32_t has_projection;   /* an LSTM may have one */
    int32_t has_reset_before; /* a GRU may be of that form */
    /* Add the tensors of a module to a plan. */
    void (*describe)(struct plan *plan, const struct module *module);
    /*
     * Fill in all but base, child and token_input of a module from the tensors that are there;
     * `first`: it is the first one. What was not looked at is checked later against its plan.
     */
    int32_t (*infer)(const struct request *request, int first, struct module *module);
};

/* By its number; NULL if there is none. */
const struct dialect *dialect_get(int32_t number);

/* The dialect that a tensor's name is a sign of; NULL if it is none, or one of several. */
const struct dialect *dialect_of_name(const char *name);

#endif
