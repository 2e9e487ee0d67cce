/* SPDX-License-Identifier: MIT */
/* seqnet: recurrent sequence models from the command line. */
#include "blas_core.h"
#include "commands.h"
#include "machine.h"
#include "report.h"

#include <stdio.h>
#include <string.h>

static const struct command *const commands[] = {
    &train_command, &sample_command, &eval_command, &info_command, &bench_command, &convert_command
};
enum { COMMANDS = sizeof(commands) / sizeof(commands[0]) };

static const struct command *find(const char *name)
{
    for (int i = 0; i < COMMANDS; i++)
        if (strcmp(commands[i]->name, name) == 0)
            return commands[i];
    return NULL;
}

static int print_help(void)
{
    printf("usage: seqnet COMMAND [options]\n"
           "\n"
           "Trains and runs recurrent sequence models (LSTM, GRU, RNN) on CPUs.\n"
           "\n");
    for (int i = 0; i < COMMANDS; i++)
        printf("  seqnet %-8s%s\n", commands[i]->name, commands[i]->summary);
    printf("\n"
           "For a start, with any text file:\n"
           "\n"
           "  seqnet train --data book.txt --model book.safetensors\n"
           "  seqnet sample book.safetensors --prime 'Once upon a time'\n"
           "\n"
           "seqnet COMMAND --help tells more; seqnet --version tells the version\n"
           "and what the products run on.\n"
           "Exit status: 0 done, 1 failed, 2 a wrong option or file, 130 interrupted and saved.\n");
    return STATUS_OK;
}

int main(int argc, char **argv)
{
    if (argc < 2)
        return report(STATUS_USAGE, "a command is missing (see seqnet --help)");
    const char *word = argv[1];
    if (strcmp(word, "--help") == 0 || strcmp(word, "-h") == 0 ||
        (strcmp(word, "help") == 0 && argc == 2))
        return print_help();
    if (strcmp(word, "--version") == 0) {
        blas_core_choose(argv);
        machine_print();
        return STATUS_OK;
    }
    const int about = strcmp(word, "help") == 0;
    const struct command *command = find(about ? argv[2] : word);
    if (!command)
        return report(STATUS_USAGE, "%s: no such command (see seqnet --help)",
                      about ? argv[2] : word);
    if (!about) {
        blas_core_choose(argv);
        return command->run(argc, argv);
    }
    options_print_help(command);
    return STATUS_OK;
}
