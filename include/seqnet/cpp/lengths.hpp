/* SPDX-License-Identifier: MIT */
/**
 * @file lengths.hpp
 * @brief Inner part: compares the lengths of spans with what a C function will read or write.
 */
#ifndef SEQNET_CPP_LENGTHS_HPP
#define SEQNET_CPP_LENGTHS_HPP

#include <seqnet/cpp/returns.hpp>
#include <seqnet/cpp/span.hpp>

#include <cstdint>
#include <cstdio>
#include <initializer_list>
#include <limits>

SEQNET_BEGIN_NAMESPACE

namespace detail
{

/* A size where a C function takes 32 bits: -1, which it refuses, if it does not fit. */
template <class T> int32_t length(span<T> values) noexcept
{
    return values.size() > std::numeric_limits<int32_t>::max()
               ? -1
               : static_cast<int32_t>(values.size());
}

/*
 * The first span that does not fit makes the call fail before the C function is reached:
 *
 *     return lengths("seqnet::context::step")
 *         .need("x", x, { max_batch, input_size })
 *         .call([&] { return seqnet_context_step(get(), x.data(), y.data()); });
 */
class lengths
{
public:
    explicit lengths(const char *function) noexcept : function_(function) {}

    /* As many elements as the shape has. The C function refuses a dimension below 1 itself. */
    template <class T>
    lengths &need(const char *name, span<T> values, span<const std::int64_t> shape)
    {
        const std::uint64_t needed = product(shape);
        if (!name_ && needed && values.size() != needed) {
            name_ = name;
            actual_ = values.size();
            needed_ = needed;
        }
        return *this;
    }

    template <class T>
    lengths &need(const char *name, span<T> values, std::initializer_list<std::int64_t> shape)
    {
        return need(name, values, span<const std::int64_t>(shape.begin(), shape.size()));
    }

    /* The same, or nothing. */
    template <class T>
    lengths &may_have(const char *name, span<T> values, std::initializer_list<std::int64_t> shape)
    {
        return values.empty() ? *this : need(name, values, shape);
    }

    /* At least as many elements. */
    template <class T>
    lengths &room(const char *name, span<T> values, std::initializer_list<std::int64_t> shape)
    {
        return values.size() >= product({ shape.begin(), shape.size() })
                   ? *this
                   : need(name, values, shape);
    }

    template <class Call> returns<void> call(Call function) const
    {
        return name_ ? fail<void>(failure()) : finish(function());
    }

    /* For calls that give something: `code` is that of the C function, if it is to be called. */
    bool fit() const noexcept { return !name_; }
    error failure() const noexcept
    {
        char message[256];
        std::snprintf(message, sizeof message, "%s: %s.size() = %llu, need %llu", function_, name_,
                      static_cast<unsigned long long>(actual_),
                      static_cast<unsigned long long>(needed_));
        return error(SEQNET_ESHAPE, message);
    }

private:
    /* 0 if a dimension is below 1; the largest number if the product is larger. */
    static std::uint64_t product(span<const std::int64_t> shape) noexcept
    {
        const std::uint64_t most = std::numeric_limits<std::uint64_t>::max();
        std::uint64_t result = 1;
        for (const std::int64_t size : shape) {
            if (size < 1)
                return 0;
            const std::uint64_t factor = static_cast<std::uint64_t>(size);
            result = result > most / factor ? most : result * factor;
        }
        return result;
    }

    const char *function_;
    const char *name_ = nullptr;
    std::uint64_t actual_ = 0;
    std::uint64_t needed_ = 0;
};

} // namespace detail

SEQNET_END_NAMESPACE

#endif
