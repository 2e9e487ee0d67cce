/* SPDX-License-Identifier: MIT */
/**
 * @file result.hpp
 * @brief What functions return in programs without exceptions.
 *
 *     auto model = seqnet::model::load("model.safetensors");
 *     if (!model)
 *         return report(model.error().what());
 *     auto saved = model->save("copy.safetensors");
 *     if (!saved)
 *         return report(saved.error().what());
 *
 * The compiler warns of a result that nobody looks at. In a condition a result says whether the
 * call worked, not what its value is: at a corpus' end it is *steps that is 0.
 */
#ifndef SEQNET_CPP_RESULT_HPP
#define SEQNET_CPP_RESULT_HPP

#include <seqnet/cpp/error.hpp>

#include <exception>
#include <utility>
#include <variant>

SEQNET_BEGIN_NAMESPACE

/**
 * @brief A value, or the error that kept it from being made. Asking for the one that is not there
 *        ends the program (std::terminate).
 */
template <class T> class [[nodiscard]] result
{
public:
    result(T value) : held_(std::in_place_index<0>, std::move(value)) {}
    result(const seqnet::error &failure) : held_(std::in_place_index<1>, failure) {}

    /** Is there a value? */
    bool has_value() const noexcept { return held_.index() == 0; }
    explicit operator bool() const noexcept { return has_value(); }

    T &value() & { return *there(std::get_if<0>(&held_)); }
    const T &value() const & { return *there(std::get_if<0>(&held_)); }
    T &&value() && { return std::move(value()); }

    T &operator*() & { return value(); }
    const T &operator*() const & { return value(); }
    T &&operator*() && { return std::move(value()); }
    T *operator->() { return &value(); }
    const T *operator->() const { return &value(); }

    const seqnet::error &error() const { return *there(std::get_if<1>(&held_)); }

    /** SEQNET_OK, or the error's code. */
    int32_t code() const { return has_value() ? SEQNET_OK : error().code(); }

private:
    template <class Held> static Held *there(Held *held)
    {
        if (!held)
            std::terminate();
        return held;
    }

    std::variant<T, seqnet::error> held_;
};

/** @brief Success, or an error. */
template <> class [[nodiscard]] result<void>
{
public:
    result() = default;
    result(const seqnet::error &failure) : held_(failure) {}

    bool has_value() const noexcept { return held_.index() == 0; }
    explicit operator bool() const noexcept { return has_value(); }
    const seqnet::error &error() const
    {
        const seqnet::error *failure = std::get_if<1>(&held_);
        if (!failure)
            std::terminate();
        return *failure;
    }
    int32_t code() const { return has_value() ? SEQNET_OK : error().code(); }

private:
    std::variant<std::monostate, seqnet::error> held_;
};

SEQNET_END_NAMESPACE

#endif
