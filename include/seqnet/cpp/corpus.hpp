/* SPDX-License-Identifier: MIT */
/**
 * @file corpus.hpp
 * @brief Corpora (text.h): rows of one long text, for language models.
 */
#ifndef SEQNET_CPP_CORPUS_HPP
#define SEQNET_CPP_CORPUS_HPP

#include <seqnet/cpp/handle.hpp>
#include <seqnet/cpp/lengths.hpp>
#include <seqnet/text.h>

SEQNET_BEGIN_NAMESPACE

/** @brief One long text as B rows that are read side by side. */
class corpus
{
public:
    /** No corpus. */
    corpus() noexcept = default;

    /** @brief seqnet_corpus_create. */
    static returns<corpus> create(span<const int32_t> tokens, int32_t batch,
                                  const seqnet_allocator *allocator = nullptr)
    {
        seqnet_corpus *made = nullptr;
        const int32_t code =
            seqnet_corpus_create(tokens.data(), tokens.count(), batch, allocator, &made);
        return detail::finish(code, corpus(made, batch));
    }

    seqnet_corpus *get() const noexcept { return handle_.get(); }
    explicit operator bool() const noexcept { return handle_ != nullptr; }

    int64_t steps() const noexcept { return seqnet_corpus_steps(get()); }
    int64_t position() const noexcept { return seqnet_corpus_position(get()); }

    returns<void> seek(int64_t position)
    {
        return detail::finish(seqnet_corpus_seek(get(), position));
    }

    /**
     * @brief seqnet_corpus_next: the steps of the next window, 0 at the end.
     * @param[out] inputs, targets room for max_steps * B.
     */
    returns<int32_t> next(int32_t max_steps, span<int32_t> inputs, span<int32_t> targets)
    {
        int32_t steps = 0;
        const detail::lengths lengths = detail::lengths("seqnet::corpus::next")
                                            .room("inputs", inputs, { max_steps, batch_ })
                                            .room("targets", targets, { max_steps, batch_ });
        if (!lengths.fit())
            return detail::fail<int32_t>(lengths.failure());
        const int32_t code =
            seqnet_corpus_next(get(), max_steps, inputs.data(), targets.data(), &steps);
        return detail::finish(code, steps);
    }

private:
    corpus(seqnet_corpus *owned, int32_t batch) noexcept : handle_(owned), batch_(batch) {}

    detail::unique<seqnet_corpus, seqnet_corpus_destroy> handle_;
    int32_t batch_ = 0;
};

SEQNET_END_NAMESPACE

#endif
