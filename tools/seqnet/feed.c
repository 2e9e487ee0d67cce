/* SPDX-License-Identifier: MIT */
#include "feed.h"

void feed_destroy(struct feed *feed)
{
    if (feed)
        feed->kind->destroy(feed);
}
