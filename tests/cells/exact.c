/* SPDX-License-Identifier: MIT */
#include "cells/exact.h"

#include <string.h>

static int64_t note(struct exact *e, int64_t value)
{
    const int64_t magnitude = value < 0 ? -value : value;
    if (magnitude > e->largest)
        e->largest = magnitude;
    return value;
}

static int64_t dot(struct exact *e, const int64_t *a, const int64_t *b, int count)
{
    int64_t sum = 0, magnitude = 0;
    for (int i = 0; i < count; i++) {
        sum += a[i] * b[i];
        magnitude += a[i] * b[i] < 0 ? -a[i] * b[i] : a[i] * b[i];
    }
    note(e, magnitude);
    return sum;
}

static void recurrent_part(struct exact *e, struct exact_step *s, int gate, const int64_t *operand)
{
    for (int j = 0; j < EXACT_HIDDEN; j++)
        s->rec[gate][j] = note(e, dot(e, e->weights.hh[gate][j], operand, EXACT_HIDDEN) +
                                      e->weights.bias_hh[gate][j]);
}

static void gates(struct exact *e, struct exact_step *s)
{
    for (int g = 0; g < e->gates; g++) {
        for (int j = 0; j < EXACT_HIDDEN; j++)
            s->in[g][j] =
                note(e, dot(e, e->weights.ih[g][j], s->x, EXACT_INPUT) + e->weights.bias_ih[g][j]);
        recurrent_part(e, s, g, s->h_prev);
    }
    memcpy(s->operand, s->h_prev, sizeof s->operand);
    if (e->cell != CELL_gru_reset_before)
        return;
    for (int j = 0; j < EXACT_HIDDEN; j++)
        s->operand[j] = note(e, (s->in[0][j] + s->rec[0][j]) * s->h_prev[j]);
    recurrent_part(e, s, 2, s->operand);
}

/* What GRU's n is made of: the reset gate multiplies its recurrent part, or has done so before. */
static int64_t new_gate(const struct exact *e, const struct exact_step *s, int j)
{
    const int64_t r = s->in[0][j] + s->rec[0][j];
    return s->in[2][j] + (e->cell == CELL_gru ? r : 1) * s->rec[2][j];
}

static void unit(struct exact *e, struct exact_step *s, int j)
{
    int64_t a[EXACT_GATES];
    for (int g = 0; g < e->gates; g++)
        a[g] = note(e, s->in[g][j] + s->rec[g][j]);
    if (e->cell == CELL_lstm) {
        s->c[j] = note(e, a[1] * s->c_prev[j]) + note(e, a[0] * a[2]);
        s->h[j] = a[3] * s->c[j];
    } else if (e->gates == 3) {
        const int64_t n = note(e, new_gate(e, s, j));
        s->h[j] = (1 - a[1]) * n + a[1] * s->h_prev[j];
    } else {
        s->h[j] = e->cell == CELL_rnn_relu && a[0] < 0 ? 0 : a[0];
    }
    note(e, s->c[j]), note(e, s->h[j]);
}

void exact_forward(struct exact *e)
{
    for (int t = 0; t < EXACT_STEPS; t++)
        for (int b = 0; b < EXACT_BATCH; b++) {
            struct exact_step *s = &e->step[t][b];
            memcpy(s->h_prev, e->h[b], sizeof s->h_prev);
            memcpy(s->c_prev, e->c[b], sizeof s->c_prev);
            gates(e, s);
            for (int j = 0; j < EXACT_HIDDEN; j++)
                unit(e, s, j);
            memcpy(e->h[b], s->h, sizeof s->h);
            memcpy(e->c[b], s->c, sizeof s->c);
        }
}

static void lstm_unit_backward(struct exact *e, struct exact_step *s, int b, int j)
{
    int64_t a[EXACT_GATES];
    for (int g = 0; g < 4; g++)
        a[g] = s->in[g][j] + s->rec[g][j];
    const int64_t dh = e->dh[b][j], dc = note(e, e->dc[b][j] + dh * a[3]);
    const int64_t da[] = { dc * a[2], dc * s->c_prev[j], dc * a[0], dh * s->c[j] };
    for (int g = 0; g < 4; g++)
        s->d_in[g][j] = s->d_rec[g][j] = note(e, da[g]);
    e->dc[b][j] = note(e, dc * a[1]);
    e->dh[b][j] = 0;
}

static void gru_unit_backward(struct exact *e, struct exact_step *s, int b, int j)
{
    const int64_t r = s->in[0][j] + s->rec[0][j], z = s->in[1][j] + s->rec[1][j];
    const int64_t n = new_gate(e, s, j), dh = e->dh[b][j], dn = dh * (1 - z);
    const int after = e->cell == CELL_gru;
    s->d_in[0][j] = s->d_rec[0][j] = after ? note(e, dn * s->rec[2][j]) : 0;
    s->d_in[1][j] = s->d_rec[1][j] = note(e, dh * (s->h_prev[j] - n));
    s->d_in[2][j] = note(e, dn);
    s->d_rec[2][j] = note(e, after ? dn * r : dn);
    e->dh[b][j] = note(e, dh * z);
}

static void rnn_unit_backward(struct exact *e, struct exact_step *s, int b, int j)
{
    const int open = e->cell != CELL_rnn_relu || s->h[j] > 0;
    s->d_in[0][j] = s->d_rec[0][j] = open ? e->dh[b][j] : 0;
    e->dh[b][j] = 0;
}

/* sum over the rows of one gate's matrix: column `k` times the rows' gradients */
static int64_t through_hh(struct exact *e, const struct exact_step *s, int gate, int k)
{
    hidden_row column;
    for (int j = 0; j < EXACT_HIDDEN; j++)
        column[j] = e->weights.hh[gate][j][k];
    return dot(e, column, s->d_rec[gate], EXACT_HIDDEN);
}

/* The operand r h was what the last gate saw: its gradient goes to r and to h. */
static void reset_before_backward(struct exact *e, struct exact_step *s, int b)
{
    for (int k = 0; k < EXACT_HIDDEN; k++) {
        const int64_t dq = note(e, through_hh(e, s, 2, k));
        s->d_in[0][k] = s->d_rec[0][k] = note(e, dq * s->h_prev[k]);
        e->dh[b][k] = note(e, e->dh[b][k] + dq * (s->in[0][k] + s->rec[0][k]));
    }
}

static void weights_backward(struct exact *e, const struct exact_step *s)
{
    for (int g = 0; g < e->gates; g++)
        for (int j = 0; j < EXACT_HIDDEN; j++) {
            const int64_t *operand = g == 2 ? s->operand : s->h_prev;
            for (int k = 0; k < EXACT_HIDDEN; k++)
                note(e, e->gradients.hh[g][j][k] += s->d_rec[g][j] * operand[k]);
            for (int k = 0; k < EXACT_INPUT; k++)
                note(e, e->gradients.ih[g][j][k] += s->d_in[g][j] * s->x[k]);
            note(e, e->gradients.bias_ih[g][j] += s->d_in[g][j]);
            note(e, e->gradients.bias_hh[g][j] += s->d_rec[g][j]);
        }
}

static void step_backward(struct exact *e, struct exact_step *s, int b)
{
    const int before = e->cell == CELL_gru_reset_before;
    for (int j = 0; j < EXACT_HIDDEN; j++) {
        if (e->cell == CELL_lstm)
            lstm_unit_backward(e, s, b, j);
        else if (e->gates == 3)
            gru_unit_backward(e, s, b, j);
        else
            rnn_unit_backward(e, s, b, j);
    }
    if (before)
        reset_before_backward(e, s, b);
    for (int g = 0; g < (before ? 2 : e->gates); g++)
        for (int k = 0; k < EXACT_HIDDEN; k++)
            note(e, e->dh[b][k] += through_hh(e, s, g, k));
    memset(s->dx, 0, sizeof s->dx);
    for (int g = 0; g < e->gates; g++)
        for (int j = 0; j < EXACT_HIDDEN; j++)
            for (int k = 0; k < EXACT_INPUT; k++)
                note(e, s->dx[k] += e->weights.ih[g][j][k] * s->d_in[g][j]);
    weights_backward(e, s);
}

void exact_backward(struct exact *e)
{
    memset(&e->gradients, 0, sizeof e->gradients);
    for (int t = EXACT_STEPS - 1; t >= 0; t--)
        for (int b = 0; b < EXACT_BATCH; b++) {
            for (int j = 0; j < EXACT_HIDDEN; j++)
                note(e, e->dh[b][j] += e->dy[t][b][j]);
            step_backward(e, &e->step[t][b], b);
        }
}
