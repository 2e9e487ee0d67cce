/* SPDX-License-Identifier: MIT */
#include "dialects/oracle.h"

#include "layers/noise.h"
#include "support/assert.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---------------------------------------------------------------- a weight by what it is */

/* Roles: x of W_ih, h of W_hh, p of W_hr; b of b_ih, c of b_hh. */
struct weight {
    char role;
    int32_t level, direction;
    char gate; /* 0: none */
    int64_t unit, column;
};

static float value(struct weight w)
{
    const uint64_t stream = (uint64_t)w.role << 16 | (uint64_t)w.gate << 8 |
                            (uint64_t)w.level << 1 | (uint64_t)w.direction;
    return noise(stream, (uint64_t)(w.unit * 1000 + w.column));
}

/* Gates in the order of a dialect; of the GRU u, r, o are z, r, n, of the LSTM c is g. */
static const char *gate_letters(int32_t kind, int32_t dialect)
{
    static const char *const lstm[] = { "ifgo", "ifgo", "iofg", "ifgo" };
    static const char *const gru[] = { "rzn", "zrn", "zrn", "zrn" };
    return kind == SEQNET_LSTM ? lstm[dialect] : kind == SEQNET_GRU ? gru[dialect] : "n";
}

static int32_t gate_count(const struct oracle *o)
{
    return (int32_t)strlen(gate_letters(o->kind, 0));
}

static int32_t state_size(const struct oracle *o)
{
    return o->projection ? o->projection : o->hidden;
}

static int32_t level_input(const struct oracle *o, int32_t level)
{
    return level == 0 ? o->input : state_size(o) * o->directions;
}

/* ---------------------------------------------------------------- a tensor by its elements */

/* Where in the layer a tensor is from, and whose order of gates it has. */
struct place {
    const struct oracle *oracle;
    int32_t level, direction;
    char role;
    const char *letters;
};

typedef float element_function(const struct place *place, const int64_t *index);

static void put(seqnet_tensors *tensors, const char *name, int32_t rank, const int64_t *shape,
                element_function *element, const struct place *place)
{
    int64_t count = 1, index[SEQNET_MAX_RANK];
    for (int32_t axis = 0; axis < rank; axis++)
        count *= shape[axis];
    float *const values = malloc((size_t)count * sizeof *values);
    assert_non_null(values);
    for (int64_t i = 0; i < count; i++) {
        int64_t rest = i;
        for (int32_t axis = rank; axis-- > 0; rest /= shape[axis])
            index[axis] = rest % shape[axis];
        values[i] = element(place, index);
    }
    assert_ok(seqnet_tensors_set(tensors, name, shape, rank, values));
    free(values);
}

#define PUT(tensors, name, element, place, ...)                                         \
    put(tensors, name, (int32_t)(sizeof((int64_t[]){ __VA_ARGS__ }) / sizeof(int64_t)), \
        (const int64_t[]){ __VA_ARGS__ }, element, place)

/* The weight whose gate and unit are at `row` of all gates' units. */
static float at_row(const struct place *p, char role, int64_t row, int64_t column)
{
    const int64_t hidden = p->oracle->hidden;
    return value((struct weight){ role, p->level, p->direction, p->letters[row / hidden],
                                  row % hidden, column });
}

static float both_biases(const struct place *p, int64_t row)
{
    return at_row(p, 'b', row, 0) + at_row(p, 'c', row, 0);
}

/* ---------------------------------------------------------------- torch */

static float torch_matrix(const struct place *p, const int64_t *index)
{
    return at_row(p, p->role, index[0], index[1]);
}

static float torch_bias(const struct place *p, const int64_t *index)
{
    return at_row(p, p->role, index[0], 0);
}

static float torch_projection(const struct place *p, const int64_t *index)
{
    return value((struct weight){ 'p', p->level, p->direction, 0, index[0], index[1] });
}

static const char *torch_name(const struct place *p, const char *role)
{
    static char name[96];
    snprintf(name, sizeof name, "%s%s_l%d%s", p->oracle->base, role, (int)p->level,
             p->direction ? "_reverse" : "");
    return name;
}

static void torch_tensors(struct place p, seqnet_tensors *tensors)
{
    const struct oracle *const o = p.oracle;
    const int64_t rows = (int64_t)gate_count(o) * o->hidden;
    p.role = 'x';
    PUT(tensors, torch_name(&p, "weight_ih"), torch_matrix, &p, rows, level_input(o, p.level));
    p.role = 'h';
    PUT(tensors, torch_name(&p, "weight_hh"), torch_matrix, &p, rows, state_size(o));
    p.role = 'b';
    if (o->has_bias)
        PUT(tensors, torch_name(&p, "bias_ih"), torch_bias, &p, rows);
    p.role = 'c';
    if (o->has_bias)
        PUT(tensors, torch_name(&p, "bias_hh"), torch_bias, &p, rows);
    if (o->projection)
        PUT(tensors, torch_name(&p, "weight_hr"), torch_projection, &p, o->projection, o->hidden);
}

/* ---------------------------------------------------------------- keras */

static float keras_kernel(const struct place *p, const int64_t *index)
{
    return at_row(p, p->role, index[1], index[0]);
}

static float keras_bias(const struct place *p, const int64_t *index)
{
    return both_biases(p, index[0]);
}

static float keras_two_biases(const struct place *p, const int64_t *index)
{
    return at_row(p, index[0] == 0 ? 'b' : 'c', index[1], 0);
}

static const char *keras_name(const struct place *p, const char *array)
{
    static char name[96];
    char level[16] = "";
    if (p->oracle->levels > 1)
        snprintf(level, sizeof level, "l%d.", (int)p->level);
    snprintf(name, sizeof name, "%s%s%s%s", p->oracle->base, level,
             p->oracle->directions == 1 ? ""
             : p->direction             ? "backward."
                                        : "forward.",
             array);
    return name;
}

static void keras_tensors(struct place p, seqnet_tensors *tensors)
{
    const struct oracle *const o = p.oracle;
    const int64_t rows = (int64_t)gate_count(o) * o->hidden;
    p.role = 'x';
    PUT(tensors, keras_name(&p, "kernel"), keras_kernel, &p, level_input(o, p.level), rows);
    p.role = 'h';
    PUT(tensors, keras_name(&p, "recurrent_kernel"), keras_kernel, &p, o->hidden, rows);
    if (!o->has_bias)
        return;
    if (o->kind == SEQNET_GRU && !o->reset_before)
        PUT(tensors, keras_name(&p, "bias"), keras_two_biases, &p, 2, rows);
    else
        PUT(tensors, keras_name(&p, "bias"), keras_bias, &p, rows);
}

/* ---------------------------------------------------------------- onnx */

static float onnx_matrix(const struct place *p, const int64_t *index)
{
    struct place at = *p;
    at.direction = (int32_t)index[0];
    return at_row(&at, p->role, index[1], index[2]);
}

static float onnx_bias(const struct place *p, const int64_t *index)
{
    const int64_t rows = (int64_t)gate_count(p->oracle) * p->oracle->hidden;
    struct place at = *p;
    at.direction = (int32_t)index[0];
    return index[1] < rows ? at_row(&at, 'b', index[1], 0) : at_row(&at, 'c', index[1] - rows, 0);
}

static const char *level_name(const struct place *p, int has_level, const char *array)
{
    static char name[96];
    if (has_level)
        snprintf(name, sizeof name, "%sl%d.%s", p->oracle->base, (int)p->level, array);
    else
        snprintf(name, sizeof name, "%s%s", p->oracle->base, array);
    return name;
}

static void onnx_tensors(struct place p, seqnet_tensors *tensors)
{
    const struct oracle *const o = p.oracle;
    const int64_t rows = (int64_t)gate_count(o) * o->hidden;
    const int many = o->levels > 1;
    p.role = 'x';
    PUT(tensors, level_name(&p, many, "W"), onnx_matrix, &p, o->directions, rows,
        level_input(o, p.level));
    p.role = 'h';
    PUT(tensors, level_name(&p, many, "R"), onnx_matrix, &p, o->directions, rows, o->hidden);
    if (o->has_bias)
        PUT(tensors, level_name(&p, many, "B"), onnx_bias, &p, o->directions, 2 * rows);
}

/* ---------------------------------------------------------------- onednn */

/* ldigo; p->level is the primitive's first level. */
static float onednn_matrix(const struct place *p, const int64_t *index)
{
    return value((struct weight){ p->role, p->level + (int32_t)index[0], (int32_t)index[1],
                                  p->letters[index[3]], index[4], index[2] });
}

/* ldgo: of the reset-after GRU the third and fourth are the two biases of n. */
static float onednn_bias(const struct place *p, const int64_t *index)
{
    const int four = p->oracle->kind == SEQNET_GRU && !p->oracle->reset_before;
    struct weight w = { 'b',
                        p->level + (int32_t)index[0],
                        (int32_t)index[1],
                        p->letters[index[2] == 3 && four ? 2 : index[2]],
                        index[3],
                        0 };
    const float first = value(w);
    w.role = 'c';
    const float second = value(w);
    if (four && index[2] >= 2)
        return index[2] == 2 ? first : second;
    return first + second;
}

/* ldio */
static float onednn_projection(const struct place *p, const int64_t *index)
{
    return value((struct weight){ 'p', p->level + (int32_t)index[0], (int32_t)index[1], 0, index[3],
                                  index[2] });
}

static int has_one_primitive(const struct oracle *o)
{
    return o->levels == 1 || (o->directions == 1 && o->input == state_size(o));
}

static void onednn_tensors(struct place p, seqnet_tensors *tensors)
{
    const struct oracle *const o = p.oracle;
    const int apart = !has_one_primitive(o);
    const int64_t levels = apart ? 1 : o->levels, gates = gate_count(o), hidden = o->hidden;
    const int64_t biases = o->kind == SEQNET_GRU && !o->reset_before ? 4 : gates;
    p.role = 'x';
    PUT(tensors, level_name(&p, apart, "weights_layer"), onednn_matrix, &p, levels, o->directions,
        level_input(o, p.level), gates, hidden);
    p.role = 'h';
    PUT(tensors, level_name(&p, apart, "weights_iter"), onednn_matrix, &p, levels, o->directions,
        state_size(o), gates, hidden);
    if (o->has_bias)
        PUT(tensors, level_name(&p, apart, "bias"), onednn_bias, &p, levels, o->directions, biases,
            hidden);
    if (o->projection)
        PUT(tensors, level_name(&p, apart, "weights_projection"), onednn_projection, &p, levels,
            o->directions, hidden, o->projection);
}

/* ---------------------------------------------------------------- all of them */

static void tensors_of(const struct oracle *o, int32_t dialect, seqnet_tensors *tensors)
{
    struct place p = { .oracle = o, .letters = gate_letters(o->kind, dialect) };
    for (p.level = 0; p.level < o->levels; p.level++)
        for (p.direction = 0; p.direction < o->directions; p.direction++) {
            if (dialect == SEQNET_DIALECT_TORCH)
                torch_tensors(p, tensors);
            else if (dialect == SEQNET_DIALECT_KERAS)
                keras_tensors(p, tensors);
            else if (dialect == SEQNET_DIALECT_ONNX && p.direction == 0)
                onnx_tensors(p, tensors);
            else if (dialect == SEQNET_DIALECT_ONEDNN && p.direction == 0 &&
                     (p.level == 0 || !has_one_primitive(o)))
                onednn_tensors(p, tensors);
        }
}

void oracle_tensors(const struct oracle *o, seqnet_tensors *tensors)
{
    tensors_of(o, o->dialect, tensors);
}

int oracle_can_be_said(const struct oracle *o)
{
    if (o->projection && (o->kind != SEQNET_LSTM || o->dialect == SEQNET_DIALECT_KERAS ||
                          o->dialect == SEQNET_DIALECT_ONNX))
        return 0;
    return !o->reset_before || (o->kind == SEQNET_GRU && o->dialect != SEQNET_DIALECT_TORCH);
}

/* ---------------------------------------------------------------- layers */

static seqnet_layer *create(const struct oracle *o)
{
    seqnet_layer *layer;
    seqnet_recurrent_options options = SEQNET_RECURRENT_OPTIONS_INIT;
    options.seed = 5;
    options.num_layers = o->levels;
    options.bidirectional = o->directions == 2;
    options.no_bias = !o->has_bias;
    options.proj_size = o->projection;
    options.reset_before = o->reset_before;
    if (o->kind == SEQNET_LSTM)
        assert_ok(seqnet_lstm_create(o->input, o->hidden, &options, &layer));
    else if (o->kind == SEQNET_GRU)
        assert_ok(seqnet_gru_create(o->input, o->hidden, &options, &layer));
    else
        assert_ok(seqnet_rnn_create(o->input, o->hidden, &options, &layer));
    return layer;
}

/* The layer's parameters are PyTorch's tensors; a copy of them is put in one by one. */
seqnet_layer *oracle_layer(const struct oracle *o)
{
    seqnet_layer *const layer = create(o);
    seqnet_tensors *const tensors = new_tensors();
    struct oracle plain = *o;
    plain.base = "";
    tensors_of(&plain, SEQNET_DIALECT_TORCH, tensors);
    assert_int_equal(seqnet_tensors_count(tensors), seqnet_layer_tensor_count(layer));
    for (int32_t i = 0; i < seqnet_tensors_count(tensors); i++) {
        seqnet_tensors_entry entry = SEQNET_TENSORS_ENTRY_INIT;
        assert_ok(seqnet_tensors_info(tensors, i, &entry));
        float *const values = malloc(entry.data_bytes);
        assert_ok(seqnet_tensors_get(tensors, entry.name, values, entry.count));
        assert_ok(seqnet_layer_set_parameter(layer, entry.name, values, entry.count));
        free(values);
    }
    seqnet_tensors_destroy(tensors);
    return layer;
}

/* 1: the dialect has one bias for the two of this gate. */
static int is_sum(const struct oracle *o, char gate)
{
    const int after = o->kind == SEQNET_GRU && !o->reset_before;
    if (o->dialect == SEQNET_DIALECT_KERAS)
        return !after;
    return o->dialect == SEQNET_DIALECT_ONEDNN && !(after && gate == 'n');
}

static void import_sums(const struct oracle *o, seqnet_layer *layer, struct place p)
{
    const int64_t rows = (int64_t)gate_count(o) * o->hidden;
    float *const first = malloc((size_t)rows * sizeof *first);
    float *const second = malloc((size_t)rows * sizeof *second);
    for (int64_t row = 0; row < rows; row++) {
        const int sum = is_sum(o, p.letters[row / o->hidden]);
        first[row] = sum ? both_biases(&p, row) : at_row(&p, 'b', row, 0);
        second[row] = sum ? 0.0f : at_row(&p, 'c', row, 0);
    }
    assert_ok(seqnet_layer_set_parameter(layer, torch_name(&p, "bias_ih"), first, rows));
    assert_ok(seqnet_layer_set_parameter(layer, torch_name(&p, "bias_hh"), second, rows));
    free(first);
    free(second);
}

seqnet_layer *oracle_imported_layer(const struct oracle *o)
{
    struct oracle plain = *o;
    plain.base = "";
    struct place p = { .oracle = &plain, .letters = gate_letters(o->kind, SEQNET_DIALECT_TORCH) };
    seqnet_layer *const layer = oracle_layer(o);
    for (p.level = 0; p.level < o->levels && o->has_bias; p.level++)
        for (p.direction = 0; p.direction < o->directions; p.direction++)
            import_sums(o, layer, p);
    return layer;
}
