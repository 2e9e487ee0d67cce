/* SPDX-License-Identifier: MIT */
/**
 * @file dataset.hpp
 * @brief Datasets (text.h): many short sequences, read as padded batches.
 */
#ifndef SEQNET_CPP_DATASET_HPP
#define SEQNET_CPP_DATASET_HPP

#include <seqnet/cpp/handle.hpp>
#include <seqnet/cpp/lengths.hpp>
#include <seqnet/text.h>

SEQNET_BEGIN_NAMESPACE

/** @brief Token sequences with targets. */
class dataset
{
public:
    /** Steps and rows of a batch; no steps: the epoch has ended. */
    struct shape {
        int32_t steps;
        int32_t batch;
    };

    /** No dataset. */
    dataset() noexcept = default;

    /** @brief seqnet_dataset_create. */
    static returns<dataset> create(bool targets_per_step, int32_t pad_token,
                                   const seqnet_allocator *allocator = nullptr)
    {
        seqnet_dataset *made = nullptr;
        const int32_t code = seqnet_dataset_create(targets_per_step, pad_token, allocator, &made);
        return detail::finish(code, dataset(made, targets_per_step));
    }

    seqnet_dataset *get() const noexcept { return handle_.get(); }
    explicit operator bool() const noexcept { return handle_ != nullptr; }

    /** @brief seqnet_dataset_add: one target, or one for each token. */
    returns<void> add(span<const int32_t> tokens, span<const int32_t> targets)
    {
        const bool many = targets_per_step_;
        return detail::lengths("seqnet::dataset::add")
            .need("targets", targets, { many ? tokens.count() : 1 })
            .call([&] {
                return seqnet_dataset_add(get(), tokens.data(), detail::length(tokens),
                                          targets.data());
            });
    }

    int64_t count() const noexcept { return seqnet_dataset_count(get()); }
    int32_t max_length() const noexcept { return seqnet_dataset_max_length(get()); }

    /** @brief seqnet_dataset_start: an epoch; with seed 0 nothing is shuffled. */
    returns<void> start(int32_t batch, uint64_t seed)
    {
        const int32_t code = seqnet_dataset_start(get(), batch, seed);
        if (code == SEQNET_OK)
            batch_ = batch;
        return detail::finish(code);
    }

    int64_t position() const noexcept { return seqnet_dataset_position(get()); }

    returns<void> seek(int64_t position)
    {
        return detail::finish(seqnet_dataset_seek(get(), position));
    }

    /**
     * @brief seqnet_dataset_next.
     * @param[out] inputs, targets, lengths room for max_length() * batch or batch elements.
     */
    returns<shape> next(span<int32_t> inputs, span<int32_t> targets, span<int32_t> lengths)
    {
        shape found = { 0, 0 };
        const int64_t steps = max_length();
        const detail::lengths room =
            detail::lengths("seqnet::dataset::next")
                .room("inputs", inputs, { steps, batch_ })
                .room("targets", targets, { targets_per_step_ ? steps : 1, batch_ })
                .room("lengths", lengths, { batch_ });
        if (!room.fit())
            return detail::fail<shape>(room.failure());
        const int32_t code = seqnet_dataset_next(get(), inputs.data(), targets.data(),
                                                 lengths.data(), &found.steps, &found.batch);
        return detail::finish(code, found);
    }

private:
    dataset(seqnet_dataset *owned, bool targets_per_step) noexcept
        : handle_(owned), targets_per_step_(targets_per_step)
    {
    }

    detail::unique<seqnet_dataset, seqnet_dataset_destroy> handle_;
    bool targets_per_step_ = false;
    int32_t batch_ = 0;
};

SEQNET_END_NAMESPACE

#endif
