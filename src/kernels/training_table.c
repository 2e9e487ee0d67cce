/* SPDX-License-Identifier: MIT */
/* The kernels of training for one instruction set. Compiled once per set. */
#include "kernels/training.h"

extern const struct softmax_kernels ISA_SYMBOL(softmax_kernels);
extern const struct gradient_kernels ISA_SYMBOL(gradient_kernels);
extern optimizer_kernel *const ISA_SYMBOL(optimizer_kernels)[OPTIMIZER_KERNEL_COUNT];

extern const struct training_kernels ISA_SYMBOL(training_kernels);
const struct training_kernels ISA_SYMBOL(training_kernels) = {
    .softmax = &ISA_SYMBOL(softmax_kernels),
    .gradient = &ISA_SYMBOL(gradient_kernels),
    .optimizer = ISA_SYMBOL(optimizer_kernels),
};
