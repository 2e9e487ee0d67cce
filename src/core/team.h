/* SPDX-License-Identifier: MIT */
/*
 * A team of threads that run one function at the same time, each as one member that knows its
 * number and does its share of the work. The caller is member 0; the others are threads of the
 * team, which wait between runs, awake for a moment and then asleep.
 *
 * A function that runs this way may be given to a lone member as well: then shares are everything
 * and barriers are nothing.
 */
#ifndef SEQNET_CORE_TEAM_H
#define SEQNET_CORE_TEAM_H

#include "core/arena.h"

#include <stdint.h>

/* More members than this are not asked for. */
#define TEAM_MOST 256

struct team;
struct barrier;

struct member {
    int32_t index;           /* 0 .. count - 1 */
    int32_t count;           /* of its group */
    int32_t seat;            /* its number in the team: the place of its own scratch memory */
    struct barrier *barrier; /* of its group; NULL: alone */
};

#define MEMBER_ALONE  \
    {                 \
        0, 1, 0, NULL \
    }

typedef void team_work(const struct member *me, void *user);

/* Cores this process may run on, at least 1. */
int32_t team_cores(void);

/* Memory of a team of `size` members, without threads yet; NULL while measuring. */
struct team *team_lay_out(int32_t size, struct arena *arena);

/*
 * Start the threads. SEQNET_ENOMEM, with no thread left, if the system has no more; then and before
 * it the team needs no team_stop.
 */
int32_t team_start(struct team *team);

/* End the threads; NULL is accepted. */
void team_stop(struct team *team);

/*
 * Run `work` on members 0 .. members - 1, at most the team's size, and come back when all are done.
 * One member: a plain call, and `team` may be NULL. They calculate in the caller's floating-point
 * environment.
 */
void team_run(struct team *team, int32_t members, team_work *work, void *user);

/* 1: no thread sleeps, so that a run begins at once. */
int team_is_awake(const struct team *team);

/* 1: another member was last seen on the core that the caller is on now. */
int team_is_crowded(const struct team *team);

/* Come back when all members of the group are here; what they wrote before can then be read. */
void member_wait(const struct member *me);

/* A group of an even number of members can be split in two halves with barriers of their own. */
static inline int member_halves(const struct member *me)
{
    return me->count % 2 == 0;
}

/* Which half a member is in, 0 or 1, and what it is there. */
int32_t member_half(const struct member *me, struct member *half);

/* A share of 0 .. n - 1. */
struct share {
    int64_t first;
    int64_t count;
};

/*
 * A member's share, in multiples of `grain` but the last; shares differ by one grain at most, and
 * the caller's is never smaller than another's.
 */
static inline struct share share_of(const struct member *me, int64_t n, int64_t grain)
{
    const int64_t grains = (n + grain - 1) / grain;
    const int64_t up = me->count - 1;
    const int64_t first = (grains * me->index + up) / me->count * grain;
    const int64_t end = (grains * (me->index + 1) + up) / me->count * grain;
    return (struct share){ first < n ? first : n, (end < n ? end : n) - (first < n ? first : n) };
}

#endif
