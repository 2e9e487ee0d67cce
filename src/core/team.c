/* SPDX-License-Identifier: MIT */
#ifdef __linux__
#define _GNU_SOURCE /* sched_getaffinity, sched_getcpu */
#endif

#include "core/team.h"

#include <fenv.h>
#include <pthread.h>
#include <sched.h>
#include <seqnet/error.h>
#include <signal.h>
#include <stdatomic.h>
#include <unistd.h>
#ifdef __linux__
#include <sys/prctl.h>
#endif

/*
 * How long a waiting thread stays awake, in pauses of 20 to 60 ns each. Within a run the others
 * come soon, so it only gives way then; between runs it goes to sleep, from which it takes about
 * 40 us to come back.
 */
#define SPINS 4000
#define LOOKS_AT_CORES 64
#define STACK_BYTES ((size_t)1 << 20)

/* A generation: the last one to come opens the next phase. */
struct barrier {
    _Alignas(64) atomic_int waiting;
    atomic_uint phase;
    struct team *team;
};

struct worker {
    pthread_t thread;
    struct team *team;
    int32_t index;
};

/* The core a member was on when it was last looked at. */
struct seat {
    _Alignas(64) atomic_int core;
};

/*
 * A run is published by its number: `run` holds a counter above and the number of members in its
 * lowest bits, so that a thread which is late learns from one read whether it takes part. If it
 * does, the caller waits for it, and `work` and `user` stay as they are until then.
 */
#define RUN_BITS 10

struct team {
    int32_t size;
    int32_t started; /* threads */
    int32_t spins;
    pthread_mutex_t lock;
    pthread_cond_t wake;
    team_work *work;
    void *user;
    fenv_t environment;
    struct barrier barrier[3]; /* of all members, and of the two halves */
    struct worker *worker;     /* (size - 1) */
    struct seat *seat;         /* (size) */
    _Alignas(64) _Atomic uint64_t run;
    atomic_int asleep;
#ifdef __linux__
    cpu_set_t allowed; /* cores, of the thread that made the team */
#endif
    _Alignas(64) atomic_int working; /* threads of this run that are not done */
};

_Static_assert(TEAM_MOST < 1 << RUN_BITS, "a number of members fits its bits");

int32_t team_cores(void)
{
#ifdef __linux__
    cpu_set_t set;
    if (sched_getaffinity(0, sizeof set, &set) == 0)
        return CPU_COUNT(&set) > 0 ? CPU_COUNT(&set) : 1;
#endif
    const long cores = sysconf(_SC_NPROCESSORS_ONLN);
    return cores > 0 && cores <= INT32_MAX ? (int32_t)cores : 1;
}

static inline void pause_briefly(void)
{
#if defined(__x86_64__) || defined(__i386__)
    __builtin_ia32_pause();
#elif defined(__aarch64__)
    __asm__ __volatile__("yield");
#endif
}

static void sit_down(const struct team *team, int32_t seat)
{
#ifdef __linux__
    atomic_store_explicit(&team->seat[seat].core, sched_getcpu(), memory_order_relaxed);
#else
    (void)team, (void)seat;
#endif
}

/* Whether another member was last seen on the core of this one; never where nobody can tell. */
static int shares_core(const struct team *team, int32_t seat)
{
#ifdef __linux__
    const int core = sched_getcpu();
    for (int32_t i = 0; i < team->size; i++)
        if (i != seat && atomic_load_explicit(&team->seat[i].core, memory_order_relaxed) == core)
            return 1;
#else
    (void)team, (void)seat;
#endif
    return 0;
}

/*
 * A thread of the team leaves a core it would share for one that no member before it is on, and
 * stays off their cores: where it is woken next, it runs at once. The caller stays where it is, and
 * so do all if there are more members than cores.
 */
static void step_aside(const struct team *team, int32_t seat)
{
#ifdef __linux__
    cpu_set_t set = team->allowed;
    for (int32_t i = 0; i < seat; i++) {
        const int core = atomic_load_explicit(&team->seat[i].core, memory_order_relaxed);
        if (core >= 0 && core < CPU_SETSIZE)
            CPU_CLR((size_t)core, &set);
    }
    const int has_room = team->size <= CPU_COUNT(&team->allowed) && CPU_COUNT(&set) > 0;
    if (seat > 0 && has_room && sched_setaffinity(0, sizeof set, &set) == 0)
        return;
#else
    (void)team, (void)seat;
#endif
    sched_yield();
}

int team_is_crowded(const struct team *team)
{
    return team && shares_core(team, 0);
}

/*
 * One more look has been in vain: a pause; or, after many, room for somebody else, and sooner if
 * that may be the member one waits for: on a busy machine two may find themselves on one core.
 */
static void look_again(const struct team *team, int32_t seat, int32_t *looks)
{
    if (++*looks >= team->spins || (*looks % LOOKS_AT_CORES == 0 && shares_core(team, seat))) {
        step_aside(team, seat);
        sit_down(team, seat);
    } else {
        pause_briefly();
    }
}

void member_wait(const struct member *me)
{
    if (me->count == 1)
        return;
    struct barrier *barrier = me->barrier;
    const unsigned phase = atomic_load_explicit(&barrier->phase, memory_order_relaxed);
    if (atomic_fetch_add_explicit(&barrier->waiting, 1, memory_order_acq_rel) + 1 == me->count) {
        atomic_store_explicit(&barrier->waiting, 0, memory_order_relaxed);
        atomic_store_explicit(&barrier->phase, phase + 1, memory_order_release);
        return;
    }
    int32_t looks = 0;
    while (atomic_load_explicit(&barrier->phase, memory_order_acquire) == phase)
        look_again(barrier->team, me->seat, &looks);
}

int32_t member_half(const struct member *me, struct member *half)
{
    const int32_t size = me->count / 2, which = me->index >= size;
    *half = (struct member){ me->index - which * size, size, me->seat, me->barrier + 1 + which };
    return which;
}

int team_is_awake(const struct team *team)
{
    return team && atomic_load_explicit(&((struct team *)team)->asleep, memory_order_relaxed) == 0;
}

static int32_t members_of(uint64_t run)
{
    return (int32_t)(run & ((1u << RUN_BITS) - 1));
}

static uint64_t sleep_until_run(struct team *team, uint64_t seen)
{
    uint64_t run;
    pthread_mutex_lock(&team->lock);
    atomic_fetch_add(&team->asleep, 1);
    while ((run = atomic_load(&team->run)) == seen)
        pthread_cond_wait(&team->wake, &team->lock);
    atomic_fetch_sub(&team->asleep, 1);
    pthread_mutex_unlock(&team->lock);
    return run;
}

static uint64_t wait_for_run(struct team *team, int32_t seat, uint64_t seen)
{
    for (int32_t looks = 1; looks < team->spins; looks++) {
        const uint64_t run = atomic_load_explicit(&team->run, memory_order_acquire);
        if (run != seen)
            return run;
        if (looks % LOOKS_AT_CORES == 0 && shares_core(team, seat)) {
            step_aside(team, seat);
            break;
        }
        pause_briefly();
    }
    return sleep_until_run(team, seen);
}

/* A run of no members is the end. */
static void *work_until_stopped(void *user)
{
    const struct worker *worker = user;
    struct team *team = worker->team;
    uint64_t run = 0;
#ifdef __linux__
    prctl(PR_SET_NAME, "seqnet", 0, 0, 0);
#endif
    for (;;) {
        run = wait_for_run(team, worker->index, run);
        const struct member me = { worker->index, members_of(run), worker->index, team->barrier };
        if (me.count == 0)
            return NULL;
        if (me.index >= me.count)
            continue;
        if (shares_core(team, me.seat))
            step_aside(team, me.seat);
        sit_down(team, me.seat);
        fesetenv(&team->environment);
        team->work(&me, team->user);
        atomic_fetch_sub_explicit(&team->working, 1, memory_order_release);
    }
}

/* The store and the load below, and those of a thread that goes to sleep, are in one order: either
 * it sees the run, or it is seen asleep. */
static void publish(struct team *team, int32_t members)
{
    const uint64_t last = atomic_load_explicit(&team->run, memory_order_relaxed);
    atomic_store(&team->run, ((last >> RUN_BITS) + 1) << RUN_BITS | (uint64_t)members);
    if (atomic_load(&team->asleep) == 0)
        return;
    pthread_mutex_lock(&team->lock);
    pthread_cond_broadcast(&team->wake);
    pthread_mutex_unlock(&team->lock);
}

void team_run(struct team *team, int32_t members, team_work *work, void *user)
{
    const struct member alone = MEMBER_ALONE;
    if (members == 1) {
        work(&alone, user);
        return;
    }
    const struct member me = { 0, members, 0, team->barrier };
    sit_down(team, 0);
    team->work = work;
    team->user = user;
    fegetenv(&team->environment);
    atomic_store_explicit(&team->working, members - 1, memory_order_relaxed);
    publish(team, members);
    work(&me, user);
    int32_t looks = 0;
    while (atomic_load_explicit(&team->working, memory_order_acquire) != 0)
        look_again(team, 0, &looks);
}

struct team *team_lay_out(int32_t size, struct arena *arena)
{
    struct team *team = arena_take(arena, 1, sizeof *team);
    struct worker *worker = arena_take(arena, (size_t)size - 1, sizeof *worker);
    struct seat *seat = arena_take(arena, (size_t)size, sizeof *seat);
    if (!team)
        return NULL;
    team->size = size;
    team->seat = seat;
    for (int32_t i = 0; i < size; i++)
        atomic_init(&seat[i].core, -1);
    team->worker = worker;
    for (int32_t i = 1; i < size; i++)
        worker[i - 1] = (struct worker){ .team = team, .index = i };
    return team;
}

/* Signals of the process are for its own threads: those of the team start with all blocked. */
static int start_threads(struct team *team)
{
    pthread_attr_t attributes;
    sigset_t all, before;
    if (pthread_attr_init(&attributes) != 0)
        return 0;
    pthread_attr_setstacksize(&attributes, STACK_BYTES);
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    while (team->started < team->size - 1 &&
           pthread_create(&team->worker[team->started].thread, &attributes, work_until_stopped,
                          &team->worker[team->started]) == 0)
        team->started++;
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    pthread_attr_destroy(&attributes);
    return team->started == team->size - 1;
}

/* Threads beyond the cores would only keep each other from working while they look. */
int32_t team_start(struct team *team)
{
    team->spins = team->size <= team_cores() ? SPINS : 1;
#ifdef __linux__
    if (sched_getaffinity(0, sizeof team->allowed, &team->allowed) != 0)
        CPU_ZERO(&team->allowed);
#endif
    for (int32_t i = 0; i < 3; i++)
        team->barrier[i].team = team;
    if (pthread_mutex_init(&team->lock, NULL) != 0)
        return SEQNET_ENOMEM;
    if (pthread_cond_init(&team->wake, NULL) != 0) {
        pthread_mutex_destroy(&team->lock);
        return SEQNET_ENOMEM;
    }
    if (start_threads(team))
        return SEQNET_OK;
    team_stop(team);
    return SEQNET_ENOMEM;
}

void team_stop(struct team *team)
{
    if (!team)
        return;
    publish(team, 0);
    for (int32_t i = 0; i < team->started; i++)
        pthread_join(team->worker[i].thread, NULL);
    pthread_cond_destroy(&team->wake);
    pthread_mutex_destroy(&team->lock);
}
