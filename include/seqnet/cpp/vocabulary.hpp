/* SPDX-License-Identifier: MIT */
/**
 * @file vocabulary.hpp
 * @brief Vocabularies (text.h): text to tokens and back.
 */
#ifndef SEQNET_CPP_VOCABULARY_HPP
#define SEQNET_CPP_VOCABULARY_HPP

#include <seqnet/cpp/handle.hpp>
#include <seqnet/cpp/lengths.hpp>
#include <seqnet/text.h>

#include <string>
#include <string_view>
#include <utility>
#include <vector>

SEQNET_BEGIN_NAMESPACE

enum class level : int32_t {
    character = SEQNET_LEVEL_CHARACTER,
    byte = SEQNET_LEVEL_BYTE,
    word = SEQNET_LEVEL_WORD
};

/** @brief seqnet_vocabulary_options. */
struct vocabulary_options {
    seqnet::level level = seqnet::level::character;
    int32_t specials = 0; /**< SEQNET_PAD | SEQNET_UNK | .. */
    int32_t max_size = 0;
    int32_t min_count = 1;
    bool fold_case = false;
    bool normalize = false;
    bool split_punctuation = false;
    const seqnet_allocator *allocator = nullptr;

    seqnet_vocabulary_options to_c() const noexcept
    {
        seqnet_vocabulary_options c = SEQNET_VOCABULARY_OPTIONS_INIT;
        c.allocator = allocator;
        c.level = static_cast<int32_t>(level);
        c.specials = specials;
        c.max_size = max_size;
        c.min_count = min_count;
        c.fold_case = fold_case;
        c.normalize = normalize;
        c.split_punctuation = split_punctuation;
        return c;
    }
};

/** @brief A vocabulary: it does not change, and may be used by many threads at once. */
class vocabulary
{
public:
    /** No vocabulary. */
    vocabulary() noexcept = default;

    /** Takes over a handle. */
    explicit vocabulary(seqnet_vocabulary *owned) noexcept : handle_(owned) {}

    /** @brief seqnet_vocabulary_build. */
    static returns<vocabulary> build(std::string_view text, const vocabulary_options &options = {})
    {
        const seqnet_vocabulary_options given = options.to_c();
        return detail::make<vocabulary, seqnet_vocabulary>([&](seqnet_vocabulary **made) {
            return seqnet_vocabulary_build(text.data(), text.size(), &given, made);
        });
    }

    /** @brief seqnet_vocabulary_from_json. */
    static returns<vocabulary> from_json(std::string_view json,
                                         const seqnet_allocator *allocator = nullptr)
    {
        return detail::make<vocabulary, seqnet_vocabulary>([&](seqnet_vocabulary **made) {
            return seqnet_vocabulary_from_json(json.data(), json.size(), allocator, made);
        });
    }

    seqnet_vocabulary *get() const noexcept { return handle_.get(); }
    explicit operator bool() const noexcept { return handle_ != nullptr; }

    /** Give the handle away. */
    [[nodiscard]] seqnet_vocabulary *release() noexcept { return handle_.release(); }

    int32_t size() const noexcept { return seqnet_vocabulary_size(get()); }

    seqnet::level level() const noexcept
    {
        return static_cast<seqnet::level>(seqnet_vocabulary_level(get()));
    }

    /** @brief Token of SEQNET_PAD, .. or -1. */
    int32_t special(int32_t special) const noexcept
    {
        return seqnet_vocabulary_special(get(), special);
    }

    /** @brief Token of a symbol, or -1. */
    int32_t find(std::string_view symbol) const noexcept
    {
        return seqnet_vocabulary_find(get(), symbol.data(), symbol.size());
    }

    /** @brief The symbol of a token; valid as long as the vocabulary. */
    returns<std::string_view> symbol(int32_t token) const
    {
        const char *text = nullptr;
        size_t bytes = 0;
        const int32_t code = seqnet_vocabulary_symbol(get(), token, &text, &bytes);
        return detail::finish(code, std::string_view(text, bytes));
    }

    /** @brief seqnet_vocabulary_encode. */
    returns<std::vector<int32_t>> encode(std::string_view text) const
    {
        std::vector<int32_t> tokens;
        int64_t count = 0;
        int32_t code =
            seqnet_vocabulary_encode(get(), text.data(), text.size(), nullptr, 0, &count);
        if (code == SEQNET_OK && count > 0) {
            tokens.resize(static_cast<size_t>(count));
            code = seqnet_vocabulary_encode(get(), text.data(), text.size(), tokens.data(), count,
                                            &count);
        }
        return detail::finish(code, std::move(tokens));
    }

    /** @brief seqnet_vocabulary_decode. */
    returns<std::string> decode(span<const int32_t> tokens) const
    {
        return written([&](char *text, size_t capacity, size_t *bytes) {
            return seqnet_vocabulary_decode(get(), tokens.data(), tokens.count(), text, capacity,
                                            bytes);
        });
    }

    /** @brief seqnet_vocabulary_to_json. */
    returns<std::string> to_json() const
    {
        return written([&](char *json, size_t capacity, size_t *bytes) {
            return seqnet_vocabulary_to_json(get(), json, capacity, bytes);
        });
    }

private:
    /* A text whose length the first call tells. */
    template <class Write> static returns<std::string> written(Write write)
    {
        std::string text;
        size_t bytes = 0;
        int32_t code = write(nullptr, 0, &bytes);
        if (code == SEQNET_OK) {
            text.resize(bytes + 1);
            code = write(text.data(), text.size(), &bytes);
            text.resize(bytes);
        }
        return detail::finish(code, std::move(text));
    }

    detail::unique<seqnet_vocabulary, seqnet_vocabulary_destroy> handle_;
};

/** @brief seqnet_one_hot: tokens.size() rows of `size`. */
inline returns<void> one_hot(span<const int32_t> tokens, int32_t size, span<float> out)
{
    return detail::lengths("seqnet::one_hot").need("out", out, { tokens.count(), size }).call([&] {
        return seqnet_one_hot(tokens.data(), tokens.count(), size, out.data());
    });
}

SEQNET_END_NAMESPACE

#endif
