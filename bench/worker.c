/* SPDX-License-Identifier: MIT */
/* The contenders of this project, and the roofline: bench_worker library|naive|roofline. */
#include "harness.h"
#include "subject.h"

#include <string.h>

static const char *make_library(const struct request *request, struct subject *subject)
{
    if (strncmp(request->mode, "model_", 6) == 0)
        return subject_make_model(request, subject);
    return subject_make_layer(request, subject);
}

int main(int argc, char **argv)
{
    const char *kind = argc == 2 ? argv[1] : "";
    if (strcmp(kind, "library") == 0)
        return worker_serve(make_library, NULL);
    if (strcmp(kind, "naive") == 0)
        return worker_serve(subject_make_naive, NULL);
    if (strcmp(kind, "roofline") == 0)
        return worker_serve(subject_make_roofline, NULL);
    bench_fail("usage: %s library|naive|roofline", argv[0]);
}
