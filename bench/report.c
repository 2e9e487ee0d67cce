/* SPDX-License-Identifier: MIT */
#include "report.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define CPU_NAME_SIZE 128

static const char *const variables[] = {
    "OPENBLAS_NUM_THREADS", "GOTO_NUM_THREADS", "OMP_NUM_THREADS",
    "OPENBLAS_CORETYPE",    "SEQNET_ISA",
};

#define VARIABLE_COUNT (sizeof variables / sizeof variables[0])

/* What follows "model name : " in a line of /proc/cpuinfo; NULL for other lines. */
static const char *cpu_name_in(char *line)
{
    char *value = strchr(line, ':');
    if (strncmp(line, "model name", strlen("model name")) != 0 || !value)
        return NULL;
    value += strspn(value, ": \t");
    value[strcspn(value, "\n")] = '\0';
    return value;
}

/* "unknown" where the system does not tell. */
static void read_cpu_name(char name[CPU_NAME_SIZE])
{
    char line[512];
    const char *found = NULL;
    FILE *file = fopen("/proc/cpuinfo", "r");
    while (file && !found && fgets(line, sizeof line, file))
        found = cpu_name_in(line);
    snprintf(name, CPU_NAME_SIZE, "%s", found ? found : "unknown");
    if (file)
        fclose(file);
}

static void print_json_string(const char *text)
{
    putchar('"');
    for (const char *c = text; *c; c++) {
        if (*c == '"' || *c == '\\')
            printf("\\%c", *c);
        else if ((unsigned char)*c < 0x20)
            printf("\\u%04x", (unsigned)*c);
        else
            putchar(*c);
    }
    putchar('"');
}

static void print_json_member(const char *name, const char *value)
{
    printf("\"%s\":", name);
    print_json_string(value);
    putchar(',');
}

static void print_machine_json(const char *cpu, long cores)
{
    putchar('{');
    print_json_member("bench", "machine");
    print_json_member("cpu", cpu);
    printf("\"cores\":%ld,", cores);
    print_json_member("seqnet", seqnet_version_string());
    print_json_member("backend", seqnet_runtime_backend());
    print_json_member("isa", seqnet_runtime_isa());
    print_json_member("blas", seqnet_runtime_blas());
    print_json_member("blas_core", seqnet_runtime_blas_core());
    printf("\"blas_threads\":%d,\"environment\":{", (int)seqnet_runtime_blas_threads());
    const char *separator = "";
    for (size_t i = 0; i < VARIABLE_COUNT; i++) {
        const char *value = getenv(variables[i]);
        if (!value)
            continue;
        printf("%s\"%s\":", separator, variables[i]);
        print_json_string(value);
        separator = ",";
    }
    puts("}}");
}

static void print_machine_text(const char *cpu, long cores)
{
    printf("cpu          %s, %ld cores\n", cpu, cores);
    printf("seqnet       %s, backend %s, %s\n", seqnet_version_string(), seqnet_runtime_backend(),
           seqnet_runtime_isa());
    printf("blas         %s, core %s, threads %d\n", seqnet_runtime_blas(),
           seqnet_runtime_blas_core(), (int)seqnet_runtime_blas_threads());
    for (size_t i = 0; i < VARIABLE_COUNT; i++)
        if (getenv(variables[i]))
            printf("environment  %s=%s\n", variables[i], getenv(variables[i]));
    putchar('\n');
}

void bench_print_machine(const struct bench_options *options)
{
    char cpu[CPU_NAME_SIZE];
    const long cores = sysconf(_SC_NPROCESSORS_ONLN);
    read_cpu_name(cpu);
    if (options->json)
        print_machine_json(cpu, cores);
    else
        print_machine_text(cpu, cores);
}

void bench_json_case(const char *bench, const struct bench_case *c)
{
    printf("\"bench\":\"%s\",\"case\":\"%s\",\"cell\":\"%s\",\"layers\":%d,"
           "\"steps\":%d,\"batch\":%d,\"input\":%d,\"hidden\":%d",
           bench, c->name, c->cell, (int)c->layers, (int)c->steps, (int)c->batch, (int)c->input,
           (int)c->hidden);
}

void bench_json_timing(const char *name, const struct bench_timing *timing)
{
    printf(",\"%s\":{\"median_ns\":%.1f,\"min_ns\":%.1f,\"spread\":%.4f,\"samples\":%d}", name,
           bench_median(timing), bench_min(timing), bench_spread(timing), (int)timing->samples);
}
