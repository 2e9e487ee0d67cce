/* SPDX-License-Identifier: MIT */
/*
 * The embedded Reber grammar (Hochreiter and Schmidhuber 1997, task 1): predict the next symbol.
 * The last symbol but one repeats the second one, which must be remembered through a whole inner
 * string. Solved, as there: at every step of every new string the legal symbols, one or two, are
 * the ones with the largest outputs.
 */
#include "learner.h"

#include "core/random.h"

#define STEPS 40 /* of the longest string that is used */
#define BATCH 16
#define UPDATES 700
#define TESTED 16 /* batches: 256 strings, as there */

enum symbol { B, T, P, S, X, V, E, SYMBOLS };

/* Inner grammar: two edges (symbol, next node) of each node; node 6 ends with E. */
static const struct {
    int32_t symbol, next;
} edges[6][2] = { { { B, 1 }, { B, 1 } }, { { T, 2 }, { P, 3 } }, { { S, 2 }, { X, 4 } },
                  { { T, 3 }, { V, 5 } }, { { X, 3 }, { S, 6 } }, { { P, 4 }, { V, 6 } } };

static int32_t tokens[STEPS * BATCH], next_tokens[STEPS * BATCH], lengths[BATCH];
static unsigned legal[STEPS * BATCH]; /* bit k: symbol k may follow */

struct string {
    int32_t symbol[STEPS + 1];
    unsigned legal[STEPS + 1]; /* at the symbol's own place */
    int32_t length;
};

static void append(struct string *string, int32_t symbol, unsigned legal_symbols)
{
    if (string->length <= STEPS) {
        string->symbol[string->length] = symbol;
        string->legal[string->length] = legal_symbols;
    }
    string->length++;
}

static void write_string(struct string *string, uint64_t stream, uint64_t index)
{
    const int32_t outer = random_below(4, stream, index++, 2) ? T : P;
    string->length = 0;
    append(string, B, 1u << B);
    append(string, outer, 1u << T | 1u << P);
    for (int32_t node = 0; node != 6;) {
        const uint32_t edge = random_below(4, stream, index++, 2);
        append(string, edges[node][edge].symbol,
               1u << edges[node][0].symbol | 1u << edges[node][1].symbol);
        node = edges[node][edge].next;
    }
    append(string, E, 1u << E);
    append(string, outer, 1u << outer);
    append(string, E, 1u << E);
}

/* Strings that are too long are drawn again. */
static seqnet_batch draw(uint64_t stream)
{
    for (int32_t b = 0; b < BATCH; b++) {
        struct string string;
        uint64_t index = (uint64_t)b << 40;
        do {
            write_string(&string, stream, index);
            index += 1u << 20;
        } while (string.length > STEPS + 1);
        lengths[b] = string.length - 1;
        for (int32_t t = 0; t < lengths[b]; t++) {
            tokens[t * BATCH + b] = string.symbol[t];
            next_tokens[t * BATCH + b] = string.symbol[t + 1];
            legal[t * BATCH + b] = string.legal[t + 1];
        }
    }
    return (seqnet_batch){ .struct_size = sizeof(seqnet_batch),
                           .tokens = tokens,
                           .targets = next_tokens,
                           .lengths = lengths,
                           .steps = STEPS,
                           .batch = BATCH };
}

/* Whether every legal output is above every other one. */
static int predicts(const float *y, unsigned legal_symbols)
{
    for (int32_t i = 0; i < SYMBOLS; i++)
        for (int32_t j = 0; j < SYMBOLS; j++)
            if (legal_symbols >> i & 1 && !(legal_symbols >> j & 1) && !(y[i] > y[j]))
                return 0;
    return 1;
}

static int32_t solved(struct learner *learner)
{
    static float y[STEPS * BATCH * SYMBOLS];
    const seqnet_window window = { .struct_size = sizeof window,
                                   .tokens = tokens,
                                   .lengths = lengths,
                                   .steps = STEPS,
                                   .batch = BATCH };
    int32_t count = 0;
    assert_ok(seqnet_context_reset(learner->context));
    assert_ok(seqnet_context_forward(learner->context, &window, y));
    for (int32_t b = 0; b < BATCH; b++) {
        int32_t t = 0;
        while (t < lengths[b] && predicts(y + (t * BATCH + b) * SYMBOLS, legal[t * BATCH + b]))
            t++;
        count += t == lengths[b];
    }
    return count;
}

static void test_reber(void **state)
{
    (void)state;
    const struct learner_task task = { .input = SYMBOLS,
                                       .output = SYMBOLS,
                                       .token_input = 1,
                                       .hidden = 16,
                                       .loss = SEQNET_CROSS_ENTROPY,
                                       .target_mode = SEQNET_EVERY_STEP,
                                       .steps = STEPS,
                                       .batch = BATCH,
                                       .forget_bias = 1,
                                       .learning_rate = 0.02,
                                       .updates = UPDATES };
    struct learner learner;
    int32_t count = 0;
    learner_init(&learner, &task);
    for (uint64_t update = 0; update < UPDATES; update++) {
        const seqnet_batch batch = draw(update);
        learner_train(&learner, &batch);
    }
    for (uint64_t i = 0; i < TESTED; i++) {
        draw(UPDATES + i);
        count += solved(&learner);
    }
    learner_free(&learner);
    print_message("strings predicted %d of %d\n", (int)count, TESTED * BATCH);
    assert_int_equal(count, TESTED * BATCH);
}

int main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(test_reber) };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
