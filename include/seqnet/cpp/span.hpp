/* SPDX-License-Identifier: MIT */
/**
 * @file span.hpp
 * @brief How arrays and texts are passed: views that copy nothing.
 */
#ifndef SEQNET_CPP_SPAN_HPP
#define SEQNET_CPP_SPAN_HPP

#include <seqnet/cpp/namespace.hpp>

#include <cstddef>
#include <cstdint>
#include <iterator>
#include <string>
#include <type_traits>
#include <utility>

SEQNET_BEGIN_NAMESPACE

/**
 * @brief A pointer and a size, as std::span of C++20, to which and from which it converts.
 *
 * It is made from whatever std::data and std::size take: vectors, arrays, C arrays, other spans.
 * The elements must outlive it.
 */
template <class T> class span
{
    template <class Element>
    using if_element = std::enable_if_t<std::is_convertible_v<Element (*)[], T (*)[]>>;
    template <class From>
    using if_fits = if_element<std::remove_pointer_t<decltype(std::data(std::declval<From &>()))>>;

public:
    using element_type = T;
    using value_type = std::remove_cv_t<T>;

    constexpr span() noexcept = default;
    /** Of pointers only: the 0 of { 0, 3 }, which was meant as an element, would be NULL. */
    template <class Element, class = if_element<Element>>
    constexpr span(Element *data, std::size_t size) noexcept : data_(data), size_(size)
    {
    }
    template <class From, class = if_fits<From>>
    constexpr span(From &&from) noexcept : data_(std::data(from)), size_(std::size(from))
    {
    }

    constexpr T *data() const noexcept { return data_; }
    constexpr std::size_t size() const noexcept { return size_; }
    constexpr bool empty() const noexcept { return size_ == 0; }
    constexpr T *begin() const noexcept { return data_; }
    constexpr T *end() const noexcept { return data_ + size_; }
    constexpr T &operator[](std::size_t index) const noexcept { return data_[index]; }

    /** The size as C functions take it. */
    constexpr std::int64_t count() const noexcept { return static_cast<std::int64_t>(size_); }

    /** NULL if it is empty: how a C function is told that there is nothing. */
    constexpr T *data_or_null() const noexcept { return size_ ? data_ : nullptr; }

private:
    T *data_ = nullptr;
    std::size_t size_ = 0;
};

template <class T> span(T *, std::size_t) -> span<T>;

/** @brief Text that ends in 0: a literal, or a std::string. It must outlive the call. */
class zstring
{
public:
    constexpr zstring(const char *text) noexcept : text_(text) {}
    zstring(const std::string &text) noexcept : text_(text.c_str()) {}

    constexpr const char *c_str() const noexcept { return text_; }

private:
    const char *text_;
};

SEQNET_END_NAMESPACE

#endif
