/* SPDX-License-Identifier: MIT */
#include "dialects/interchange.h"

#include "dialects/build.h"
#include "dialects/check.h"
#include "dialects/discover.h"
#include "dialects/transfer.h"

/* Modules and plan are made. The layer is written to last, when nothing can fail any more. */
static int32_t check_and_import(struct transfer *transfer, seqnet_layer *layer)
{
    RETURN_IF_ERROR(check_tensors(transfer->request, &transfer->modules, &transfer->plan));
    RETURN_IF_ERROR(staging_load(&transfer->staging, transfer->request, &transfer->modules, layer));
    RETURN_IF_ERROR(transfer_in(transfer));
    return staging_store(&transfer->staging, layer);
}

/* Modules of the layer, and their plan. */
static int32_t plan_layer(struct transfer *transfer, const seqnet_layer *layer)
{
    RETURN_IF_ERROR(modules_new(&transfer->modules, transfer->request));
    RETURN_IF_ERROR(modules_of_layer(&transfer->modules, transfer->request, layer));
    return plan_make(&transfer->plan, transfer->request, &transfer->modules);
}

int32_t interchange_import(const struct request *request, seqnet_layer *layer)
{
    struct transfer transfer = { .request = request };
    int32_t code = plan_layer(&transfer, layer);
    if (code == SEQNET_OK)
        code = check_and_import(&transfer, layer);
    transfer_free(&transfer);
    return code;
}

static int32_t stage_and_export(struct transfer *transfer, const seqnet_layer *layer,
                                seqnet_tensors *tensors)
{
    RETURN_IF_ERROR(plan_layer(transfer, layer));
    RETURN_IF_ERROR(staging_load(&transfer->staging, transfer->request, &transfer->modules, layer));
    return transfer_out(transfer, tensors);
}

int32_t interchange_export(const struct request *request, const seqnet_layer *layer,
                           seqnet_tensors *tensors)
{
    struct transfer transfer = { .request = request };
    const int32_t code = stage_and_export(&transfer, layer, tensors);
    transfer_free(&transfer);
    return code;
}

/* Modules from the tensors, and their plan; all is checked before a layer is made. */
static int32_t plan_tensors(struct transfer *transfer)
{
    RETURN_IF_ERROR(modules_new(&transfer->modules, transfer->request));
    RETURN_IF_ERROR(discover_modules(&transfer->modules, transfer->request));
    RETURN_IF_ERROR(plan_make(&transfer->plan, transfer->request, &transfer->modules));
    return check_tensors(transfer->request, &transfer->modules, &transfer->plan);
}

int32_t interchange_create(const struct request *request, seqnet_layer **layer)
{
    struct transfer transfer = { .request = request };
    seqnet_layer *made = NULL;
    int32_t code = plan_tensors(&transfer);
    if (code == SEQNET_OK)
        code = build_layer(&transfer.modules, request, &made);
    if (code == SEQNET_OK)
        code = check_and_import(&transfer, made);
    transfer_free(&transfer);
    if (code == SEQNET_OK)
        *layer = made;
    else
        seqnet_layer_destroy(made);
    return code;
}
