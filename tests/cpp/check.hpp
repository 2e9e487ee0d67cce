/* SPDX-License-Identifier: MIT */
/*
 * Every test is compiled twice, with exceptions and with results, and both are linked into one
 * program. What differs is hidden here: must(call) gives the value of a call that works,
 * WORKS(call) is for one without a value, FAILS(call, code, part) looks at one that does not work.
 */
#ifndef SEQNET_TESTS_CPP_CHECK_HPP
#define SEQNET_TESTS_CPP_CHECK_HPP

#include <seqnet/seqnet.hpp>

#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <utility>

#ifdef SEQNET_NO_EXCEPTIONS
#define TEST(name) void name##_results()
#else
#define TEST(name) void name##_throws()
#endif

#define CHECK(condition)                                                         \
    do {                                                                         \
        if (!(condition)) {                                                      \
            std::fprintf(stderr, "%s:%d: %s\n", __FILE__, __LINE__, #condition); \
            std::exit(1);                                                        \
        }                                                                        \
    } while (0)

/* `call` fails with `code`, and the message contains `part`. */
#define FAILS(call, code, part) \
    check_failure([&] { return call; }, code, part, __FILE__, __LINE__, #call)

/* Inner linkage: the two kinds of files have functions of the same names. */
namespace
{

inline void complain(const char *file, int line, const char *call, const char *message)
{
    std::fprintf(stderr, "%s:%d: %s: %s\n", file, line, call, message);
    std::exit(1);
}

inline void check_error(const seqnet::error &failure, int32_t code, const char *part,
                        const char *file, int line, const char *call)
{
    if (failure.code() != code || !std::strstr(failure.what(), part))
        complain(file, line, call, failure.what());
}

#ifdef SEQNET_NO_EXCEPTIONS

#define WORKS(call) check_success((call), __FILE__, __LINE__, #call)

inline void check_success(const seqnet::result<void> &made, const char *file, int line,
                          const char *call)
{
    if (!made)
        complain(file, line, call, made.error().what());
}

template <class T> T must(seqnet::result<T> made)
{
    if (!made)
        complain(__FILE__, __LINE__, "must", made.error().what());
    return std::move(made).value();
}

template <class Call>
void check_failure(Call function, int32_t code, const char *part, const char *file, int line,
                   const char *call)
{
    const auto made = function();
    if (made)
        complain(file, line, call, "does not fail");
    check_error(made.error(), code, part, file, line, call);
}

#else

#define WORKS(call) (call)

template <class T> T must(T made)
{
    return made;
}

template <class Call>
void check_failure(Call function, int32_t code, const char *part, const char *file, int line,
                   const char *call)
{
    try {
        function();
    } catch (const seqnet::error &failure) {
        check_error(failure, code, part, file, line, call);
        return;
    }
    complain(file, line, call, "does not throw");
}

#endif

} // namespace

#endif
