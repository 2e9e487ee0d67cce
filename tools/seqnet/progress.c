/* SPDX-License-Identifier: MIT */
#include "progress.h"
#include "clock.h"
#include "score.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

static const double REDRAW_SECONDS = 0.1;
enum { LINE_BYTES = 512, LEAST_BAR = 8, MOST_BAR = 40, USUAL_WIDTH = 80 };

void progress_open(struct progress *progress, int quiet)
{
    const char *name = getenv("TERM");
    const char *no_colour = getenv("NO_COLOR");
    *progress = (struct progress){ .quiet = quiet, .terminal = isatty(STDOUT_FILENO) };
    progress->colour = progress->terminal && !(no_colour && *no_colour) && name && *name &&
                       strcmp(name, "dumb") != 0;
}

void progress_epoch(struct progress *progress, double fraction)
{
    progress->tenth = (int64_t)(fraction * 10) + 1;
    progress->drawn = 0;
}

static int terminal_width(void)
{
    struct winsize size;
    const int known = ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0;
    return known ? size.ws_col : USUAL_WIDTH;
}

/* ---- pieces ---- */

static void print_rate(const struct problem *problem, double rate, char *text, size_t size)
{
    char targets[16];
    problem_targets(problem, targets, sizeof(targets));
    if (rate >= 1e4)
        snprintf(text, size, "%.1fk %s/s", rate / 1e3, targets);
    else
        snprintf(text, size, "%.0f %s/s", rate, targets);
}

static void print_time_left(double seconds, char *text, size_t size)
{
    const long whole = (long)(seconds + 0.5);
    if (seconds < 0)
        snprintf(text, size, "ETA -:--");
    else if (whole < 3600)
        snprintf(text, size, "ETA %ld:%02ld", whole / 60, whole % 60);
    else
        snprintf(text, size, "ETA %ld:%02ld:%02ld", whole / 3600, whole / 60 % 60, whole % 60);
}

static void print_figures(const struct problem *problem, const struct moment *moment, char *text,
                          size_t size)
{
    char loss[96], rate[48], left[32];
    score_print_loss(problem, moment->loss, loss, sizeof(loss));
    print_rate(problem, moment->rate, rate, sizeof(rate));
    print_time_left(moment->seconds_left, left, sizeof(left));
    snprintf(text, size, "%s  %s  %s", loss, rate, left);
}

static void print_bar(const struct progress *progress, int cells, double fraction)
{
    const int full = (int)(fraction * cells);
    fputs(progress->colour ? "[\033[32m" : "[", stdout);
    for (int i = 0; i < cells; i++)
        putchar(i < full ? '=' : i == full ? '>' : ' ');
    fputs(progress->colour ? "\033[0m] " : "] ", stdout);
}

/* ---- the two ways to show them ---- */

/*
 * A narrow terminal gets no bar, then less of the figures; the last column stays free, or the line
 * would wrap.
 */
static void draw(struct progress *progress, const char *where, const char *figures, double fraction)
{
    const int room = terminal_width() - 1;
    const int spare = room - (int)strlen(where) - (int)strlen(figures) - 4;
    const int cells = spare < LEAST_BAR ? 0 : spare < MOST_BAR ? spare : MOST_BAR;
    const int begun = (int)strlen(where) + (cells ? cells + 4 : 1);
    const int rest = room - begun < 0 ? 0 : room - begun;
    const int shown = (int)strlen(figures) < rest ? (int)strlen(figures) : rest;
    printf("\r%.*s ", room > 1 ? room - 1 : 0, where);
    if (cells)
        print_bar(progress, cells, fraction);
    printf("%.*s", rest, figures);
    const int width = begun + shown;
    if (width < progress->width)
        printf("%*s", progress->width - width < room - width ? progress->width - width : 0, "");
    progress->width = width;
    fflush(stdout);
}

static void show_bar(struct progress *progress, const struct problem *problem,
                     const struct moment *moment)
{
    char where[64], figures[LINE_BYTES];
    const double now = clock_seconds();
    if (now - progress->drawn < REDRAW_SECONDS)
        return;
    progress->drawn = now;
    snprintf(where, sizeof(where), "epoch %lld/%lld %3.0f%%", (long long)moment->epoch,
             (long long)moment->epochs, 100 * moment->fraction);
    print_figures(problem, moment, figures, sizeof(figures));
    draw(progress, where, figures, moment->fraction);
}

static void show_line(const struct problem *problem, const struct moment *moment)
{
    char figures[LINE_BYTES];
    print_figures(problem, moment, figures, sizeof(figures));
    printf("epoch %lld/%lld  %3.0f %%  %s\n", (long long)moment->epoch, (long long)moment->epochs,
           100 * moment->fraction, figures);
    fflush(stdout);
}

int progress_show(struct progress *progress, const struct problem *problem,
                  const struct moment *moment)
{
    const int passed = moment->fraction * 10 >= (double)progress->tenth;
    if (passed)
        progress->tenth = (int64_t)(moment->fraction * 10) + 1;
    if (!progress->quiet && progress->terminal)
        show_bar(progress, problem, moment);
    else if (!progress->quiet && passed)
        show_line(problem, moment);
    return passed;
}

void progress_clear(struct progress *progress)
{
    if (progress->width)
        printf("\r%*s\r", progress->width, "");
    progress->width = 0;
    fflush(stdout);
}

void progress_say(struct progress *progress, const char *format, ...)
{
    va_list arguments;
    if (progress->quiet)
        return;
    progress_clear(progress);
    va_start(arguments, format);
    vprintf(format, arguments);
    va_end(arguments);
    putchar('\n');
    fflush(stdout);
}
