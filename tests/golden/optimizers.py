#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Write tests/train/optimizers_golden.h: trajectories of torch.optim in double precision.

    python3 tests/golden/optimizers.py

Start values and gradients are rounded to float, so that float and double tests read the same
numbers. Gradients differ in scale from element to element; one element's are all zero and one's
are so small that epsilon matters. The learning rate halves after the fourth update.
"""
import pathlib

import torch

VERSION = "2.13"
SIZE = 6
UPDATES = 10
HALVED_FROM = 4
SCALES = [1.0, 0.0, 30.0, 1e-3, 2e-9, 0.2]

# A member of seqnet_trainer_options that is left out (or 0) stands for the default that the public
# header documents; the call of torch.optim then spells this default out.
CASES = [
    ("sgd", "SGD", {}, dict(lr=0.01)),
    ("sgd, weight decay", "SGD", dict(learning_rate=0.1, weight_decay=0.05),
     dict(lr=0.1, weight_decay=0.05)),
    ("sgd, momentum", "SGD", dict(learning_rate=0.1, momentum=0.9), dict(lr=0.1, momentum=0.9)),
    ("sgd, momentum, weight decay", "SGD",
     dict(learning_rate=0.05, momentum=0.5, weight_decay=0.01),
     dict(lr=0.05, momentum=0.5, weight_decay=0.01)),
    ("sgd, Nesterov", "SGD",
     dict(learning_rate=0.05, momentum=0.9, weight_decay=0.01, nesterov=1),
     dict(lr=0.05, momentum=0.9, weight_decay=0.01, nesterov=True)),
    ("adagrad", "Adagrad", {}, dict(lr=0.01, eps=1e-10)),
    ("adagrad, weight decay", "Adagrad",
     dict(learning_rate=0.1, weight_decay=0.02, epsilon=1e-3),
     dict(lr=0.1, weight_decay=0.02, eps=1e-3)),
    ("rmsprop", "RMSprop", {}, dict(lr=0.01, alpha=0.99, eps=1e-8)),
    ("rmsprop, alpha, weight decay", "RMSprop",
     dict(learning_rate=2e-3, beta2=0.95, weight_decay=0.03),
     dict(lr=2e-3, alpha=0.95, weight_decay=0.03)),
    ("rmsprop, momentum", "RMSprop",
     dict(learning_rate=2e-3, beta2=0.9, momentum=0.8, weight_decay=0.01, epsilon=1e-5),
     dict(lr=2e-3, alpha=0.9, momentum=0.8, weight_decay=0.01, eps=1e-5)),
    ("adam", "Adam", {}, dict(lr=0.001, betas=(0.9, 0.999), eps=1e-8)),
    ("adam, betas, weight decay", "Adam",
     dict(learning_rate=0.02, beta1=0.4, beta2=0.95, epsilon=1e-6, weight_decay=0.1),
     dict(lr=0.02, betas=(0.4, 0.95), eps=1e-6, weight_decay=0.1)),
    ("adamw", "AdamW", {}, dict(lr=0.001, betas=(0.9, 0.999), eps=1e-8, weight_decay=0.01)),
    ("adamw, weight decay", "AdamW", dict(learning_rate=0.01, beta1=0.8, weight_decay=0.2),
     dict(lr=0.01, betas=(0.8, 0.999), weight_decay=0.2)),
    ("adamw, no weight decay", "AdamW", dict(learning_rate=0.01, weight_decay=-1.0),
     dict(lr=0.01, weight_decay=0.0)),
]

HEADER = f"""/* SPDX-License-Identifier: MIT */
/* Written by tests/golden/optimizers.py with PyTorch {{version}}: edit that, not this. */
#ifndef SEQNET_TESTS_OPTIMIZERS_GOLDEN_H
#define SEQNET_TESTS_OPTIMIZERS_GOLDEN_H

#include <seqnet/trainer.h>

/* clang-format off */

#define GOLDEN_SIZE {SIZE}
#define GOLDEN_UPDATES {UPDATES}
#define GOLDEN_HALVED_FROM {HALVED_FROM}

struct golden_optimizer {{{{
    const char *name;
    seqnet_trainer_options options;
    double parameters[GOLDEN_UPDATES][GOLDEN_SIZE]; /* after each update */
}}}};
"""


def inputs():
    generator = torch.Generator().manual_seed(7)
    start = torch.randn(SIZE, generator=generator)
    gradients = torch.randn(UPDATES, SIZE, generator=generator) * torch.tensor(SCALES)
    return start.double(), gradients.double() + 0.0  # no negative zeros


def trajectory(name, start, gradients, **options):
    parameter = torch.nn.Parameter(start.clone())
    optimizer = getattr(torch.optim, name)([parameter], **options)
    rows = []
    for update, gradient in enumerate(gradients):
        optimizer.param_groups[0]["lr"] = options["lr"] * (0.5 if update >= HALVED_FROM else 1.0)
        parameter.grad = gradient.clone()
        optimizer.step()
        rows.append(parameter.detach().clone())
    return torch.stack(rows)


def block(row, indent):
    numbers = [f"{value:.17g}" for value in row.tolist()]
    lines = [", ".join(numbers[i : i + 3]) for i in range(0, len(numbers), 3)]
    return f"{{ {(',' + chr(10) + indent + '  ').join(lines)} }}"


def rows(matrix, indent):
    return "".join(f"{indent}{block(row, indent)},\n" for row in matrix)


def case(title, name, options, torch_options, start, gradients):
    members = [".struct_size = sizeof(seqnet_trainer_options)",
               f".optimizer = SEQNET_{name.upper()}"]
    members += [f".{key} = {value}" for key, value in options.items()]
    indent = " " * 8
    return (f'    {{\n{indent}"{title}",\n{indent}{{ '
            + f",\n{indent}  ".join(members)
            + f" }},\n{indent}{{\n"
            + rows(trajectory(name, start, gradients, **torch_options), indent + "    ")
            + f"{indent}}},\n    }},\n")


def main():
    assert torch.__version__.startswith(VERSION), torch.__version__
    start, gradients = inputs()
    text = HEADER.format(version=torch.__version__.split("+")[0])
    text += f"\nstatic const double golden_start[GOLDEN_SIZE] =\n    {block(start, '    ')};\n"
    text += "\nstatic const double golden_gradients[GOLDEN_UPDATES][GOLDEN_SIZE] = {\n"
    text += rows(gradients, "    ") + "};\n"
    text += "\nstatic const struct golden_optimizer golden_optimizers[] = {\n"
    text += "".join(case(*entry, start, gradients) for entry in CASES)
    text += "};\n\n#endif\n"
    path = pathlib.Path(__file__).parents[1] / "train" / "optimizers_golden.h"
    path.write_text(text)


if __name__ == "__main__":
    main()
