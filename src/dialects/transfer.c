/* SPDX-License-Identifier: MIT */
#include "dialects/transfer.h"

#include "dialects/check.h"
#include "io/tensors.h"

#include <string.h>

/* The first of a block's rows in its parameter. */
static float *block_rows(const struct transfer *transfer, const struct plan_tensor *tensor,
                         const struct block *block)
{
    const struct module *const module = &transfer->modules.module[tensor->module];
    return staging_find(&transfer->staging, module, block->parameter) +
           (int64_t)block->first_row * block->columns;
}

static int64_t place(const struct block *block, int32_t row, int32_t column)
{
    return block->offset + row * block->row_stride + column * block->column_stride;
}

static void block_in(const struct block *block, const float *tensor, float *rows)
{
    for (int32_t row = 0; row < block->rows; row++)
        for (int32_t column = 0; column < block->columns; column++)
            *rows++ = block->is_added ? 0.0f : tensor[place(block, row, column)];
}

static void block_out(const struct block *block, const float *rows, float *tensor)
{
    for (int32_t row = 0; row < block->rows; row++)
        for (int32_t column = 0; column < block->columns; column++) {
            float *const to = &tensor[place(block, row, column)];
            *to = block->is_added ? *to + *rows : *rows;
            rows++;
        }
}

static int block_equals(const struct block *block, const float *tensor, const float *rows)
{
    for (int32_t row = 0; row < block->rows; row++)
        for (int32_t column = 0; column < block->columns; column++, rows++)
            if (memcmp(&tensor[place(block, row, column)], rows, sizeof *rows) != 0)
                return 0;
    return 1;
}

/* Room for the largest tensor; NULL for no memory. */
static float *new_buffer(const struct transfer *transfer)
{
    int64_t most = 0;
    for (int32_t i = 0; i < transfer->plan.count; i++) {
        const int64_t count = plan_elements(&transfer->plan.tensors[i]);
        most = count > most ? count : most;
    }
    return memory_new_array(&transfer->request->memory, (size_t)most, sizeof(float));
}

/* ---------------------------------------------------------------- in */

static int32_t tied_in(const struct transfer *transfer, const struct plan_tensor *tensor,
                       const float *values)
{
    const struct block *const block = &transfer->plan.blocks[tensor->first_block];
    RETURN_UNLESS(block_equals(block, values, block_rows(transfer, tensor, block)), SEQNET_ESHAPE,
                  "%s: \"%s\" differs from the table of the embedding it is tied to",
                  transfer->request->function, tensor->name);
    return SEQNET_OK;
}

static int32_t tensor_in(const struct transfer *transfer, const struct plan_tensor *tensor,
                         float *values)
{
    const seqnet_tensors *const tensors = transfer->request->tensors;
    seqnet_tensors_entry entry;
    if (tensor->is_refused)
        return SEQNET_OK;
    if (tensor->is_tied && !check_find(transfer->request, tensor->name, &entry))
        return SEQNET_OK;
    RETURN_IF_ERROR(seqnet_tensors_get(tensors, tensor->name, values, plan_elements(tensor)));
    if (tensor->is_tied)
        return tied_in(transfer, tensor, values);
    for (int32_t i = 0; i < tensor->block_count; i++) {
        const struct block *const block = &transfer->plan.blocks[tensor->first_block + i];
        block_in(block, values, block_rows(transfer, tensor, block));
    }
    return SEQNET_OK;
}

int32_t transfer_in(struct transfer *transfer)
{
    float *const values = new_buffer(transfer);
    int32_t code = SEQNET_OK;
    RETURN_UNLESS(values, SEQNET_ENOMEM, "%s: out of memory", transfer->request->function);
    for (int32_t i = 0; i < transfer->plan.count && code == SEQNET_OK; i++)
        code = tensor_in(transfer, &transfer->plan.tensors[i], values);
    memory_free(&transfer->request->memory, values);
    return code;
}

/* ---------------------------------------------------------------- out */

static int32_t tensor_out(const struct transfer *transfer, const struct plan_tensor *tensor,
                          float *values, seqnet_tensors *tensors)
{
    if (tensor->is_refused)
        return SEQNET_OK;
    for (int32_t i = 0; i < tensor->block_count; i++) {
        const struct block *const block = &transfer->plan.blocks[tensor->first_block + i];
        block_out(block, block_rows(transfer, tensor, block), values);
    }
    return seqnet_tensors_set(tensors, tensor->name, tensor->shape, tensor->rank, values);
}

/* All tensors into a collection of their own. */
static int32_t tensors_out(const struct transfer *transfer, seqnet_tensors *tensors)
{
    float *const values = new_buffer(transfer);
    int32_t code = values ? SEQNET_OK : SEQNET_ENOMEM;
    for (int32_t i = 0; i < transfer->plan.count && code == SEQNET_OK; i++)
        code = tensor_out(transfer, &transfer->plan.tensors[i], values, tensors);
    memory_free(&transfer->request->memory, values);
    return code;
}

int32_t transfer_out(const struct transfer *transfer, seqnet_tensors *tensors)
{
    seqnet_tensors *const made = tensors_new(&tensors->memory);
    int32_t code = made ? tensors_out(transfer, made) : SEQNET_ENOMEM;
    if (code == SEQNET_OK && !tensors_move(tensors, made))
        code = SEQNET_ENOMEM;
    tensors_free(made);
    RETURN_UNLESS(code != SEQNET_ENOMEM, code, "%s: out of memory", transfer->request->function);
    return code;
}

void transfer_free(struct transfer *transfer)
{
    staging_free(&transfer->staging);
    plan_free(&transfer->plan);
    modules_free(&transfer->modules, transfer->request);
}
