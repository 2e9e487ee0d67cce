/* SPDX-License-Identifier: MIT */
/**
 * @file trainer.hpp
 * @brief Training and evaluation (trainer.h).
 */
#ifndef SEQNET_CPP_TRAINER_HPP
#define SEQNET_CPP_TRAINER_HPP

#include <seqnet/cpp/context.hpp>
#include <seqnet/cpp/handle.hpp>
#include <seqnet/cpp/training.hpp>
#include <seqnet/trainer.h>

#include <utility>

SEQNET_BEGIN_NAMESPACE

/** @brief What a train or evaluate call found. */
using training_result = seqnet_result;

namespace detail
{

inline lengths check_batch(const char *function, const training_batch &given, target_mode mode,
                           const sizes &sizes)
{
    const bool repeated = mode == target_mode::repeat_step;
    const bool once = mode == target_mode::last_step || mode == target_mode::mean_step;
    const int64_t inputs = repeated && given.steps > 0 ? 1 : given.steps;
    const int64_t targets = once && given.steps > 0 ? 1 : given.steps;
    return lengths(function)
        .may_have("batch.x", given.x, { inputs, given.batch, sizes.input_size })
        .may_have("batch.tokens", given.tokens, { inputs, given.batch })
        .may_have("batch.targets", given.targets, { targets, given.batch })
        .may_have("batch.target_values", given.target_values,
                  { targets, given.batch, sizes.output_size })
        .may_have("batch.lengths", given.lengths, { given.batch });
}

} // namespace detail

/** @brief A trainer; its layer is the one it was made for, and keeps what is learnt. */
class trainer
{
public:
    /** No trainer. */
    trainer() noexcept = default;

    trainer(trainer &&other) noexcept { swap(other); }
    trainer &operator=(trainer &&other) noexcept
    {
        trainer taken(std::move(other));
        swap(taken);
        return *this;
    }

    /** @brief seqnet_trainer_create. */
    static returns<trainer> create(const layer &of, const trainer_options &options = {})
    {
        const seqnet_loss_options loss = options.loss.to_c();
        seqnet_trainer_options given = options.to_c();
        given.loss = &loss;
        trainer made;
        seqnet_trainer *handle = nullptr;
        detail::sizes sizes;
        int32_t code = detail::get_sizes(of, options.max_batch, &sizes);
        if (code == SEQNET_OK)
            code = seqnet_trainer_create(of.get(), &given, &handle);
        made.take(handle, sizes, options.loss.target_mode);
        return detail::finish(code, std::move(made));
    }

    seqnet_trainer *get() const noexcept { return handle_.get(); }
    explicit operator bool() const noexcept { return handle_ != nullptr; }

    /** @brief seqnet_trainer_train. */
    returns<training_result> train(const training_batch &batch)
    {
        const detail::lengths lengths = detail::check_batch("seqnet::trainer::train", batch,
                                                            target_mode_, context_.array_sizes());
        if (!lengths.fit())
            return detail::fail<training_result>(lengths.failure());
        const seqnet_batch given = batch.to_c();
        training_result found = SEQNET_RESULT_INIT;
        const int32_t code = seqnet_trainer_train(get(), &given, &found);
        return detail::finish(code, found);
    }

    /** @brief seqnet_trainer_update: apply the gradients that are in context(). */
    returns<training_result> update()
    {
        training_result found = SEQNET_RESULT_INIT;
        const int32_t code = seqnet_trainer_update(get(), &found);
        return detail::finish(code, found);
    }

    /** @brief The trainer's own context; valid until the trainer is moved or destroyed. */
    context_base &context() noexcept { return context_; }

    returns<void> reset() { return detail::finish(seqnet_trainer_reset(get())); }

    returns<void> report(double validation_loss)
    {
        return detail::finish(seqnet_trainer_report(get(), validation_loss));
    }

    double learning_rate() const noexcept { return seqnet_trainer_learning_rate(get()); }

    int64_t updates() const noexcept { return seqnet_trainer_updates(get()); }

    /** @brief seqnet_trainer_save: a checkpoint. */
    returns<void> save(zstring path, zstring note = "")
    {
        return detail::finish(seqnet_trainer_save(get(), path.c_str(), note.c_str()));
    }

    /** @brief seqnet_trainer_load: go on from a checkpoint. */
    returns<void> load(zstring path)
    {
        return detail::finish(seqnet_trainer_load(get(), path.c_str()));
    }

    /** @brief The note of the checkpoint last loaded; valid until the next load. */
    const char *note() const noexcept { return seqnet_trainer_note(get()); }

private:
    void take(seqnet_trainer *handle, const detail::sizes &sizes, target_mode mode) noexcept
    {
        handle_.reset(handle);
        target_mode_ = mode;
        context_.handle_ = handle ? seqnet_trainer_context(handle) : nullptr;
        context_.sizes_ = sizes;
    }

    void swap(trainer &other) noexcept
    {
        handle_.swap(other.handle_);
        context_.swap(other.context_);
        std::swap(target_mode_, other.target_mode_);
    }

    detail::unique<seqnet_trainer, seqnet_trainer_destroy> handle_;
    context_base context_;
    target_mode target_mode_ = target_mode::every_step;
};

/** @brief seqnet_evaluate: loss and accuracy without training. */
inline returns<training_result> evaluate(context_base &context, const training_batch &batch,
                                         const loss_options &loss = {})
{
    const detail::lengths lengths =
        detail::check_batch("seqnet::evaluate", batch, loss.target_mode, context.array_sizes());
    if (!lengths.fit())
        return detail::fail<training_result>(lengths.failure());
    const seqnet_loss_options options = loss.to_c();
    const seqnet_batch given = batch.to_c();
    training_result found = SEQNET_RESULT_INIT;
    const int32_t code = seqnet_evaluate(context.get(), &options, &given, &found);
    return detail::finish(code, found);
}

SEQNET_END_NAMESPACE

#endif
