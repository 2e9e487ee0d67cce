/* SPDX-License-Identifier: MIT */
#include "core/memory.h"
#include "io/file.h"
#include "io/scratch.h"
#include "support/memory.h"

#include <seqnet/error.h>

#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

static int32_t write_text(const char *path, const char *text)
{
    return file_write(path, &(struct file_piece){ text, strlen(text) }, 1);
}

static mode_t mode_of(const char *name)
{
    struct stat status;
    assert_int_equal(stat(scratch_path(name), &status), 0);
    return status.st_mode & 07777;
}

/* ---------------------------------------------------------------- reading */

static void reads_every_byte(void **state)
{
    (void)state;
    struct test_memory memory;
    unsigned char *bytes;
    size_t size;
    test_memory_init(&memory);
    scratch_write("a", "x\0y\xFF", 4);
    assert_ok(file_read(scratch_path("a"), 4, &memory.allocator, &bytes, &size));
    assert_int_equal(size, 4);
    assert_memory_equal(bytes, "x\0y\xFF", 4);
    memory_free(&memory.allocator, bytes);
    scratch_write("empty", "", 0);
    assert_ok(file_read(scratch_path("empty"), 0, &memory.allocator, &bytes, &size));
    assert_int_equal(size, 0);
    assert_non_null(bytes);
    memory_free(&memory.allocator, bytes);
    assert_int_equal(memory.live, 0);
}

static void reading_refuses(void **state)
{
    (void)state;
    struct test_memory memory;
    unsigned char *bytes = (unsigned char *)"set";
    size_t size = 77;
    test_memory_init(&memory);
    const seqnet_allocator *hook = &memory.allocator;
    assert_error(file_read(scratch_path("none"), 9, hook, &bytes, &size), SEQNET_EIO, "No such");
    assert_null(bytes);
    assert_error(file_read(scratch_path(""), 9, hook, &bytes, &size), SEQNET_EIO, "directory");
    assert_int_equal(mkfifo(scratch_path("pipe"), 0600), 0);
    assert_error(file_read(scratch_path("pipe"), 9, hook, &bytes, &size), SEQNET_EIO, "regular");
    scratch_write("ten", "0123456789", 10);
    assert_error(file_read(scratch_path("ten"), 9, hook, &bytes, &size), SEQNET_EFORMAT,
                 "10 bytes, need at most 9");
    memory.fail_at = memory.calls + 1;
    assert_error(file_read(scratch_path("ten"), 10, hook, &bytes, &size), SEQNET_ENOMEM, "10");
    assert_int_equal(size, 77);
    assert_int_equal(memory.live, 0);
}

/* ---------------------------------------------------------------- writing */

static void writes_pieces_in_a_row(void **state)
{
    (void)state;
    const struct file_piece pieces[] = { { "one ", 4 }, { NULL, 0 }, { "two", 3 } };
    assert_ok(file_write(scratch_path("a"), pieces, 3));
    assert_holds("a", "one two");
    assert_ok(file_write(scratch_path("a"), pieces, 0));
    assert_holds("a", "");
    assert_int_equal(scratch_entries(), 1);
}

static void new_file_follows_umask_and_old_mode_stays(void **state)
{
    (void)state;
    const mode_t before = umask(027);
    const int32_t code = write_text(scratch_path("new"), "x");
    umask(before);
    assert_ok(code);
    assert_int_equal(mode_of("new"), 0640);
    assert_int_equal(chmod(scratch_path("new"), 0604), 0);
    assert_ok(write_text(scratch_path("new"), "y"));
    assert_int_equal(mode_of("new"), 0604);
    assert_holds("new", "y");
}

static void relative_path(void **state)
{
    (void)state;
    char here[1024];
    assert_non_null(getcwd(here, sizeof here));
    assert_int_equal(chdir(scratch_path("")), 0);
    const int32_t code = write_text("plain", "x");
    assert_int_equal(chdir(here), 0);
    assert_ok(code);
    assert_holds("plain", "x");
}

static void link_is_followed_and_stays(void **state)
{
    (void)state;
    struct stat status;
    scratch_write("target", "old", 3);
    assert_int_equal(symlink("target", scratch_path("link")), 0);
    assert_ok(write_text(scratch_path("link"), "new"));
    assert_holds("target", "new");
    assert_int_equal(lstat(scratch_path("link"), &status), 0);
    assert_true(S_ISLNK(status.st_mode));
    assert_int_equal(scratch_entries(), 2);
}

static void what_a_crash_left_is_no_obstacle(void **state)
{
    (void)state;
    char name[64];
    snprintf(name, sizeof name, "a.%ld-0.tmp", (long)getpid());
    scratch_write(name, "half", 4);
    assert_ok(write_text(scratch_path("a"), "whole"));
    assert_holds("a", "whole");
    assert_holds(name, "half");
    assert_int_equal(scratch_entries(), 2);
}

static void writing_refuses(void **state)
{
    (void)state;
    char name[300];
    struct stat status;
    assert_error(write_text(scratch_path(""), "x"), SEQNET_EIO, "directory");
    assert_error(write_text(scratch_path("none/a"), "x"), SEQNET_EIO, "No such");
    assert_error(write_text(scratch_path("none/"), "x"), SEQNET_EIO, "directory");
    assert_error(write_text("", "x"), SEQNET_EIO, "No such");
    memset(name, 'n', sizeof name);
    name[250] = '\0'; /* fits, but not with what the temporary name adds */
    assert_error(write_text(scratch_path(name), "x"), SEQNET_EIO, "too long");
    assert_int_equal(symlink("nothing", scratch_path("link")), 0);
    assert_error(write_text(scratch_path("link"), "x"), SEQNET_EIO, "link to nothing");
    assert_int_equal(mkfifo(scratch_path("pipe"), 0600), 0);
    assert_error(write_text(scratch_path("pipe"), "x"), SEQNET_EIO, "regular");
    assert_error(write_text("/dev/null", "x"), SEQNET_EIO, "");
    assert_int_equal(stat("/dev/null", &status), 0);
    assert_true(S_ISCHR(status.st_mode));
    assert_int_equal(scratch_entries(), 2);
}

/*
 * The old file keeps its bytes when the disk is full, here: when files may not grow beyond 4 KiB.
 */
static void full_disk_leaves_the_old_file(void **state)
{
    (void)state;
    static const char zeros[8192];
    struct rlimit before, small;
    scratch_write("a", "old", 3);
    assert_int_equal(getrlimit(RLIMIT_FSIZE, &before), 0);
    small = before;
    small.rlim_cur = 4096;
    void (*const handler)(int) = signal(SIGXFSZ, SIG_IGN);
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &small), 0);
    const int32_t code =
        file_write(scratch_path("a"), &(struct file_piece){ zeros, sizeof zeros }, 1);
    setrlimit(RLIMIT_FSIZE, &before);
    signal(SIGXFSZ, handler);
    assert_error(code, SEQNET_EIO, "too large");
    assert_holds("a", "old");
    assert_int_equal(scratch_entries(), 1);
}

/* Rights are not checked for root: write as another user, in a process of its own. */
static int32_t write_without_rights(const char *path)
{
    const pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        if (geteuid() == 0 && setuid(65534))
            _exit(99);
        _exit(-write_text(path, "new"));
    }
    int status;
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFEXITED(status));
    return -WEXITSTATUS(status);
}

static void rights_are_respected(void **state)
{
    (void)state;
    assert_int_equal(chmod(scratch_path(""), 0777), 0);
    if (write_without_rights(scratch_path("a")) != SEQNET_OK)
        skip(); /* the other user cannot even come here */
    assert_holds("a", "new");
    scratch_write("a", "old", 3);
    assert_int_equal(chmod(scratch_path("a"), 0444), 0);
    assert_int_equal(write_without_rights(scratch_path("a")), SEQNET_EIO);
    assert_int_equal(chmod(scratch_path("a"), 0666), 0);
    assert_int_equal(chmod(scratch_path(""), 0555), 0);
    assert_int_equal(write_without_rights(scratch_path("a")), SEQNET_EIO);
    assert_int_equal(write_without_rights(scratch_path("b")), SEQNET_EIO);
    assert_holds("a", "old");
    assert_int_equal(scratch_entries(), 1);
}

/* ---------------------------------------------------------------- messages */

static void messages_show_the_end_of_a_path_and_no_controls(void **state)
{
    (void)state;
    char path[400];
    memset(path, 'p', sizeof path);
    strcpy(path + 300, "/model");
    assert_error(file_failed(path, "cannot open", 0), SEQNET_EIO, "/model: cannot open");
    assert_error(file_refuse("m", "name \"%s\"", "a\x1b[2J\x7f\xC2\x9b\xC3\xA4"), SEQNET_EFORMAT,
                 "m: name \"a?[2J???\xC3\xA4\"");
    /* cut before a whole character: 48 of two bytes each and one byte of the next */
    memset(path, 0, sizeof path);
    for (int i = 0; i < 60; i++)
        strcat(path, "\xC3\xA4");
    strcat(path, "x");
    file_failed(path, "bad", 0);
    assert_int_equal((unsigned char)*seqnet_error_message(), 0xC3);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        scratch_test(reads_every_byte),
        scratch_test(reading_refuses),
        scratch_test(writes_pieces_in_a_row),
        scratch_test(new_file_follows_umask_and_old_mode_stays),
        scratch_test(relative_path),
        scratch_test(link_is_followed_and_stays),
        scratch_test(what_a_crash_left_is_no_obstacle),
        scratch_test(writing_refuses),
        scratch_test(full_disk_leaves_the_old_file),
        scratch_test(rights_are_respected),
        cmocka_unit_test(messages_show_the_end_of_a_path_and_no_controls),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
