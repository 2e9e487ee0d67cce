/* SPDX-License-Identifier: MIT */
#include "task.h"

#include <string.h>

static const struct task *const tasks[] = { &task_lm, &task_classify, &task_tag, &task_forecast };

const struct task *task_find(const char *name)
{
    for (size_t i = 0; i < sizeof(tasks) / sizeof(tasks[0]); i++)
        if (strcmp(tasks[i]->name, name) == 0)
            return tasks[i];
    return NULL;
}
