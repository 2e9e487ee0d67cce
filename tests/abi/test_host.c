/* SPDX-License-Identifier: MIT */
/*
 * A program that loads the library when it runs, and unloads it, is as it was before. It does not
 * link the library: a plugin does (host_work.c).
 */
#define _GNU_SOURCE
#include "abi/host_state.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <dlfcn.h>
#include <fcntl.h>
#include <fenv.h>
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>
#if defined(__x86_64__)
#include <xmmintrin.h>
#endif

#define LIBRARY "libseqnet.so.0"

static void handler(int signal)
{
    (void)signal;
}

/* Nothing is at its default, so that a reset to the default is seen too. */
static void arrange(int set)
{
    struct sigaction action = { .sa_handler = set ? handler : SIG_DFL };
    sigset_t mask;
    sigemptyset(&mask);
    sigaddset(&mask, SIGUSR2);
    sigprocmask(set ? SIG_BLOCK : SIG_UNBLOCK, &mask, NULL);
    for (int i = 1; i < 32; i++)
        if (i != SIGKILL && i != SIGSTOP)
            sigaction(i, &action, NULL);
    fesetround(set ? FE_DOWNWARD : FE_TONEAREST);
#if defined(__x86_64__)
    _mm_setcsr(set ? _mm_getcsr() | 0x8040u : _mm_getcsr() & ~0x8040u); /* denormals are zero */
#endif
    umask(set ? 027 : 022);
    setlocale(LC_ALL, set ? "C.UTF-8" : "C");
    setlocale(LC_NUMERIC, set ? "de_DE.UTF-8" : "C");
}

static int is_loaded(void)
{
    void *library = dlopen(LIBRARY, RTLD_NOW | RTLD_NOLOAD);
    if (library)
        dlclose(library);
    return library != NULL;
}

/* Load, work, unload. NULL, or what went wrong. */
static const char *visit(struct host_state *loaded)
{
    char path[64];
    void *plugin = dlopen(HOST_WORK, RTLD_NOW | RTLD_LOCAL);
    int (*work)(const char *) = NULL;
    int failed;
    if (!plugin)
        return dlerror();
    *(void **)&work = dlsym(plugin, "host_work");
    host_state_read(loaded);
    snprintf(path, sizeof path, "/tmp/seqnet-host-%ld", (long)getpid());
    failed = !work || work(path);
    unlink(path);
    if (!is_loaded())
        return LIBRARY " is not what the plugin loaded";
    dlclose(plugin);
    if (is_loaded())
        return LIBRARY " stays in memory";
    return failed ? "the plugin's work failed" : NULL;
}

/* The system lists a thread a moment longer than pthread_join waits for it. */
static void read_after(struct host_state *after, const struct host_state *before)
{
    const struct timespec moment = { .tv_nsec = 1000000 };
    host_state_read(after);
    for (int i = 0; i < 1000 && after->threads > before->threads; i++) {
        nanosleep(&moment, NULL);
        host_state_read(after);
    }
}

static void check_visit(void)
{
    struct host_state before, loaded, after;
    const char *problem;
    host_state_read(&before);
    problem = visit(&loaded);
    read_after(&after, &before);
    if (!problem && (problem = host_state_difference(&before, &loaded)) == NULL)
        problem = host_state_difference(&before, &after);
    if (problem)
        fail_msg("changed, or failed: %s", problem);
}

static void the_host_is_as_it_was(void **state)
{
    (void)state;
    check_visit();
}

/* The second time other parts of the loader run; and all that threads left behind is gone. */
static void it_can_be_loaded_again(void **state)
{
    (void)state;
    for (int i = 0; i < 3; i++)
        check_visit();
}

static void unusual_settings_stay(void **state)
{
    (void)state;
    struct host_state before, loaded, after;
    const char *problem;
    arrange(1);
    host_state_read(&before);
    problem = visit(&loaded);
    read_after(&after, &before);
    arrange(0);
    assert_null(problem);
    problem = host_state_difference(&before, &loaded);
    if (!problem)
        problem = host_state_difference(&before, &after);
    if (problem)
        fail_msg("changed: %s", problem);
}

static void nothing_is_written(void **state)
{
    (void)state;
    struct host_state loaded;
    struct stat written;
    FILE *file = tmpfile();
    const int out = dup(1), err = dup(2);
    const char *problem;
    assert_non_null(file);
    fflush(stdout);
    dup2(fileno(file), 1);
    dup2(fileno(file), 2);
    problem = visit(&loaded);
    fflush(stdout);
    fflush(stderr);
    dup2(out, 1);
    dup2(err, 2);
    close(out);
    close(err);
    fstat(fileno(file), &written);
    fclose(file);
    assert_null(problem);
    assert_int_equal(written.st_size, 0);
}

/* The test itself sees what it is to see. */
static void differences_are_seen(void **state)
{
    (void)state;
    struct host_state before, after;
    host_state_read(&before);
    arrange(1);
    host_state_read(&after);
    arrange(0);
    assert_non_null(host_state_difference(&before, &after));
    memcpy(after.float_control, before.float_control, sizeof after.float_control);
    after.rounding = before.rounding;
    strcpy(after.locale, before.locale);
    after.umask = before.umask;
    assert_string_equal(host_state_difference(&before, &after), "the blocked signals");
    after.blocked = before.blocked;
    assert_string_equal(host_state_difference(&before, &after), "the signal handlers");
    memcpy(after.signals, before.signals, sizeof after.signals);
    assert_null(host_state_difference(&before, &after));
    setenv("SEQNET_TEST_HOST", "1", 1);
    host_state_read(&after);
    assert_string_equal(host_state_difference(&before, &after), "the environment");
    unsetenv("SEQNET_TEST_HOST");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(differences_are_seen),   cmocka_unit_test(the_host_is_as_it_was),
        cmocka_unit_test(it_can_be_loaded_again), cmocka_unit_test(unusual_settings_stay),
        cmocka_unit_test(nothing_is_written),
    };
    umask(022);
    setenv("SEQNET_TEST_HOST", "0", 1); /* so that environ has its place from now on */
    unsetenv("SEQNET_TEST_HOST");
    return cmocka_run_group_tests(tests, NULL, NULL);
}
