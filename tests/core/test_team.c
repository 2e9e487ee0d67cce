/* SPDX-License-Identifier: MIT */
/* Teams: who runs, who waits for whom, and what the threads leave alone. */
#define _GNU_SOURCE /* usleep, sched_getaffinity */
#include "core/team.h"
#include "support/assert.h"

#include <fenv.h>
#include <pthread.h>
#include <sched.h>
#include <seqnet/error.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define MOST 8 /* more than most machines that run this have cores */

static int32_t threads_left = INT32_MAX;

int __real_pthread_create(pthread_t *thread, const pthread_attr_t *attributes,
                          void *(*start)(void *), void *user);
int __wrap_pthread_create(pthread_t *thread, const pthread_attr_t *attributes,
                          void *(*start)(void *), void *user);

int __wrap_pthread_create(pthread_t *thread, const pthread_attr_t *attributes,
                          void *(*start)(void *), void *user)
{
    if (threads_left == 0)
        return 11; /* EAGAIN */
    threads_left--;
    return __real_pthread_create(thread, attributes, start, user);
}

/* A team in a block of its own; free the block after team_stop. */
static struct team *lay_out(int32_t size, void **block)
{
    struct arena arena = { 0 };
    assert_null(team_lay_out(size, &arena));
    *block = aligned_alloc(64, arena.used);
    assert_non_null(*block);
    memset(*block, 0, arena.used);
    arena = (struct arena){ .base = *block };
    return team_lay_out(size, &arena);
}

static struct team *start(int32_t size, void **block)
{
    struct team *team = lay_out(size, block);
    assert_int_equal(team_start(team), SEQNET_OK);
    return team;
}

static void stop(struct team *team, void *block)
{
    team_stop(team);
    free(block);
}

static void shares_are_everything_once(void **state)
{
    (void)state;
    for (int32_t count = 1; count <= 5; count++)
        for (int64_t n = 0; n < 40; n++)
            for (int64_t grain = 1; grain <= 6; grain++) {
                int64_t next = 0, before = INT64_MAX;
                for (int32_t i = 0; i < count; i++) {
                    const struct member me = { i, count, i, NULL };
                    const struct share share = share_of(&me, n, grain);
                    assert_true(share.count >= 0);
                    assert_true(share.first == next);
                    assert_true(share.first % grain == 0 || share.first == n);
                    next += share.count;
                    if (i == 0)
                        before = share.count;
                    assert_true(share.count <= before);
                }
                assert_true(next == n);
            }
}

/* ---- runs ---- */

struct visits {
    int32_t count[MOST]; /* by index; not atomic: each member has its own */
    int32_t members;
    atomic_int wrong;
};

static void visit(const struct member *me, void *user)
{
    struct visits *visits = user;
    if (me->count != visits->members || me->seat != me->index)
        atomic_fetch_add(&visits->wrong, 1);
    visits->count[me->index]++;
}

/* Threads of the team move out of the way; the caller's cores are its own business. */
static void the_caller_keeps_its_cores(void **state)
{
    (void)state;
#ifdef __linux__
    void *block;
    cpu_set_t before, after;
    struct visits visits = { .members = MOST };
    assert_int_equal(sched_getaffinity(0, sizeof before, &before), 0);
    struct team *team = start(MOST, &block);
    for (int32_t run = 0; run < 500; run++)
        team_run(team, MOST, visit, &visits);
    stop(team, block);
    assert_int_equal(sched_getaffinity(0, sizeof after, &after), 0);
    assert_true(CPU_EQUAL(&before, &after));
#else
    skip();
#endif
}

/* As many members as are asked for, from run to run another number, with pauses now and then. */
static void each_member_runs_once_a_run(void **state)
{
    (void)state;
    void *block;
    struct team *team = start(MOST, &block);
    for (int32_t run = 0; run < 2000; run++) {
        struct visits visits = { .members = 1 + run * 5 % MOST };
        if (run % 200 == 0)
            usleep(2000);
        team_run(team, visits.members, visit, &visits);
        assert_int_equal(atomic_load(&visits.wrong), 0);
        for (int32_t i = 0; i < MOST; i++)
            assert_int_equal(visits.count[i], i < visits.members);
    }
    stop(team, block);
}

static void one_member_needs_no_team(void **state)
{
    (void)state;
    struct visits visits = { .members = 1 };
    team_run(NULL, 1, visit, &visits);
    assert_int_equal(visits.count[0], 1);
}

/* ---- barriers ---- */

#define PHASES 300

struct relay {
    int32_t last[MOST]; /* phase each member has reached: written before a barrier, read after it */
    int32_t halves;
    atomic_int wrong;
};

static void run_phases(const struct member *group, int32_t first_seat, struct relay *relay)
{
    for (int32_t phase = 1; phase <= PHASES; phase++) {
        relay->last[group->seat] = phase;
        member_wait(group);
        for (int32_t i = 0; i < group->count; i++)
            if (relay->last[first_seat + i] != phase)
                atomic_fetch_add(&relay->wrong, 1);
        member_wait(group);
    }
}

static void pass_on(const struct member *me, void *user)
{
    struct relay *relay = user;
    struct member half;
    if (!relay->halves || !member_halves(me)) {
        run_phases(me, 0, relay);
        return;
    }
    const int32_t which = member_half(me, &half);
    if (half.count != me->count / 2 || half.seat != me->seat ||
        which * half.count + half.index != me->index)
        atomic_fetch_add(&relay->wrong, 1);
    run_phases(&half, which * half.count, relay);
    member_wait(me);
    run_phases(me, 0, relay);
}

static void barriers_hold_everybody(void **state)
{
    (void)state;
    void *block;
    struct team *team = start(MOST, &block);
    for (int32_t members = 1; members <= MOST; members++)
        for (int32_t halves = 0; halves < 2; halves++) {
            struct relay relay = { .halves = halves };
            team_run(team, members, pass_on, &relay);
            assert_int_equal(atomic_load(&relay.wrong), 0);
            for (int32_t i = 0; i < members; i++)
                assert_int_equal(relay.last[i], PHASES);
        }
    stop(team, block);
}

/* ---- the host ---- */

struct host {
    atomic_int unblocked;
    atomic_int rounded_otherwise;
};

static void look_around(const struct member *me, void *user)
{
    struct host *host = user;
    sigset_t blocked;
    pthread_sigmask(SIG_SETMASK, NULL, &blocked);
    if (me->index > 0 && !(sigismember(&blocked, SIGINT) && sigismember(&blocked, SIGALRM)))
        atomic_fetch_add(&host->unblocked, 1);
    if (fegetround() != FE_UPWARD)
        atomic_fetch_add(&host->rounded_otherwise, 1);
}

static void threads_take_no_signals_and_round_as_the_caller(void **state)
{
    (void)state;
    void *block;
    sigset_t before, after;
    struct host host = { 0 };
    pthread_sigmask(SIG_SETMASK, NULL, &before);
    struct team *team = start(3, &block);
    pthread_sigmask(SIG_SETMASK, NULL, &after);
    assert_int_equal(sigismember(&after, SIGINT), sigismember(&before, SIGINT));
    fesetround(FE_UPWARD);
    team_run(team, 3, look_around, &host);
    fesetround(FE_TONEAREST);
    assert_int_equal(atomic_load(&host.unblocked), 0);
    assert_int_equal(atomic_load(&host.rounded_otherwise), 0);
    stop(team, block);
}

static double cpu_seconds(void)
{
    struct timespec time;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
    return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

static void an_idle_team_sleeps(void **state)
{
    (void)state;
    void *block;
    struct visits visits = { .members = 3 };
    struct team *team = start(3, &block);
    team_run(team, 3, visit, &visits);
    usleep(100000);
    const double before = cpu_seconds();
    usleep(200000);
    assert_true(cpu_seconds() - before < 0.02);
    team_run(team, 3, visit, &visits);
    assert_int_equal(visits.count[2], 2);
    stop(team, block);
}

/* Nothing is left of the threads that there were: the same memory can be a team again. */
static void a_system_without_threads_is_told(void **state)
{
    (void)state;
    for (int32_t left = 0; left < 3; left++) {
        void *block;
        struct team *team = lay_out(4, &block);
        threads_left = left;
        assert_int_equal(team_start(team), SEQNET_ENOMEM);
        threads_left = INT32_MAX;
        free(block);
    }
}

static void there_is_a_core(void **state)
{
    (void)state;
    assert_true(team_cores() >= 1);
    team_stop(NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(shares_are_everything_once),
        cmocka_unit_test(each_member_runs_once_a_run),
        cmocka_unit_test(the_caller_keeps_its_cores),
        cmocka_unit_test(one_member_needs_no_team),
        cmocka_unit_test(barriers_hold_everybody),
        cmocka_unit_test(threads_take_no_signals_and_round_as_the_caller),
        cmocka_unit_test(an_idle_team_sleeps),
        cmocka_unit_test(a_system_without_threads_is_told),
        cmocka_unit_test(there_is_a_core),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
