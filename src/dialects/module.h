/* SPDX-License-Identifier: MIT */
/* Modules: layers that have tensors, as names and shapes of tensors describe them. */
#ifndef SEQNET_DIALECTS_MODULE_H
#define SEQNET_DIALECTS_MODULE_H

#include "dialects/request.h"

#define MODULE_MAX_COUNT 64  /* layers of a sequential */
#define MODULE_MAX_LEVELS 64 /* levels of a recurrent layer */

struct module {
    char base[256];      /* what the names of all its tensors begin with, such as "encoder.rnn." */
    int32_t child;       /* the layer's number in the sequential; -1: it is in none */
    int32_t kind;        /* SEQNET_EMBEDDING, _RNN, _LSTM, _GRU or _LINEAR */
    int32_t input_size;  /* I; of an embedding V */
    int32_t hidden_size; /* H; of an embedding its size, of a linear layer its output size */
    int32_t proj_size;   /* P; 0: none */
    int32_t levels;
    int32_t directions;
    int32_t has_bias;
    int32_t reset_before;
    int32_t token_input;
    int32_t is_tied; /* linear: its weight is an embedding's */
};

struct modules {
    struct module *module;
    int32_t count;
    int32_t is_sequential;
};

static inline int module_is_recurrent(const struct module *module)
{
    return module->kind == SEQNET_RNN || module->kind == SEQNET_LSTM || module->kind == SEQNET_GRU;
}

/* G */
static inline int32_t module_gates(const struct module *module)
{
    return module->kind == SEQNET_LSTM ? 4 : module->kind == SEQNET_GRU ? 3 : 1;
}

/* R, the size of h */
static inline int32_t module_state_size(const struct module *module)
{
    return module->proj_size ? module->proj_size : module->hidden_size;
}

static inline int32_t module_output_size(const struct module *module)
{
    return module_is_recurrent(module) ? module_state_size(module) * module->directions
                                       : module->hidden_size;
}

/* I_k */
static inline int32_t module_level_input(const struct module *module, int32_t level)
{
    return level == 0 ? module->input_size : module_output_size(module);
}

/* A reset-after GRU has two biases for n that are not a sum. */
static inline int module_is_reset_after(const struct module *module)
{
    return module->kind == SEQNET_GRU && !module->reset_before;
}

/* "" for a single level, else "l{k}." */
struct level_part {
    char text[16];
};

struct level_part module_level_part(const struct module *module, int32_t level);

/* The name of a parameter of one direction of one level, as torch.nn.LSTM names it. */
struct parameter_name {
    char text[48];
};

struct parameter_name module_parameter(const char *role, int32_t level, int32_t direction);

/* Room for as many modules as there can be. SEQNET_ENOMEM, with a message. */
int32_t modules_new(struct modules *modules, const struct request *request);
void modules_free(struct modules *modules, const struct request *request);

/* The base of the last module is the prefix, or prefix, name and a dot. SEQNET_EINVAL: too long. */
int32_t module_set_base(struct module *module, const struct request *request, const char *name,
                        size_t length);

/* A name in request->modules; `length` 0: there is none any more. */
struct name_slice {
    const char *start;
    size_t length;
};

/* The names in request->modules, not empty and different; SEQNET_EINVAL. */
int32_t module_names(const struct request *request, struct name_slice names[MODULE_MAX_COUNT],
                     int32_t *count);

/* The modules of a layer, under the names that are asked for. */
int32_t modules_of_layer(struct modules *modules, const struct request *request,
                         const seqnet_layer *layer);

/* 1: a tensor of that name is to be one of the modules'. */
int modules_claim(const struct modules *modules, const struct request *request, const char *name);

#endif
