/* SPDX-License-Identifier: MIT */
/**
 * @file context.hpp
 * @brief Contexts (context.h): step, forward, backward, and state.
 */
#ifndef SEQNET_CPP_CONTEXT_HPP
#define SEQNET_CPP_CONTEXT_HPP

#include <seqnet/context.h>
#include <seqnet/cpp/layer.hpp>
#include <seqnet/cpp/lengths.hpp>

#include <cstddef>
#include <utility>

SEQNET_BEGIN_NAMESPACE

/** @brief seqnet_context_options. */
struct context_options {
    int32_t max_steps = 1;
    int32_t max_batch = 1;
    bool training = false;
    int32_t threads = 0;
    bool recompute = false;
    uint64_t seed = 0;
    const seqnet_allocator *allocator = nullptr;

    seqnet_context_options to_c() const noexcept
    {
        seqnet_context_options c = SEQNET_CONTEXT_OPTIONS_INIT;
        c.allocator = allocator;
        c.seed = seed;
        c.max_steps = max_steps;
        c.max_batch = max_batch;
        c.training = training;
        c.threads = threads;
        c.recompute = recompute;
        return c;
    }
};

/** @brief seqnet_window: (T, B, I) floats or (T, B) tokens. */
struct window {
    span<const float> x = {};
    span<const int32_t> tokens = {};
    span<const int32_t> lengths = {};
    int32_t steps = 1;
    int32_t batch = 1;
    bool batch_major = false;

    seqnet_window to_c() const noexcept
    {
        seqnet_window c = SEQNET_WINDOW_INIT;
        c.x = x.data_or_null();
        c.tokens = tokens.data_or_null();
        c.lengths = lengths.data_or_null();
        c.steps = steps;
        c.batch = batch;
        c.batch_major = batch_major;
        return c;
    }
};

namespace detail
{

/* What the arrays of a context's calls have to fit. */
struct sizes {
    int32_t input_size = 0;
    int32_t output_size = 0;
    int32_t max_batch = 0;
};

inline int32_t get_sizes(const layer &of, int32_t max_batch, sizes *found) noexcept
{
    layer_info info{};
    info.struct_size = sizeof info;
    const int32_t code = seqnet_layer_get_info(of.get(), &info);
    found->input_size = info.input_size;
    found->output_size = info.output_size;
    found->max_batch = max_batch > 0 ? max_batch : 1;
    return code;
}

} // namespace detail

/**
 * @brief What can be done with a context, whoever owns it: a seqnet::context, or a trainer.
 */
class context_base
{
public:
    context_base(const context_base &) = delete;
    context_base &operator=(const context_base &) = delete;

    seqnet_context *get() const noexcept { return handle_; }
    explicit operator bool() const noexcept { return handle_ != nullptr; }

    /** What the arrays of a call have to fit. */
    const detail::sizes &array_sizes() const noexcept { return sizes_; }

    /** @brief seqnet_context_forward. @param[out] y may be empty: not wanted. */
    returns<void> forward(const window &window, span<float> y = {})
    {
        const seqnet_window given = window.to_c();
        return detail::lengths("seqnet::context::forward")
            .may_have("window.x", window.x, { window.steps, window.batch, sizes_.input_size })
            .may_have("window.tokens", window.tokens, { window.steps, window.batch })
            .may_have("window.lengths", window.lengths, { window.batch })
            .may_have("y", y, { window.steps, window.batch, sizes_.output_size })
            .call([&] {
                return ran(seqnet_context_forward(handle_, &given, y.data_or_null()), window.steps,
                           window.batch);
            });
    }

    /** @brief seqnet_context_step: (max_batch, I) to (max_batch, N); y may be empty. */
    returns<void> step(span<const float> x, span<float> y = {})
    {
        return detail::lengths("seqnet::context::step")
            .need("x", x, { sizes_.max_batch, sizes_.input_size })
            .may_have("y", y, { sizes_.max_batch, sizes_.output_size })
            .call([&] {
                return ran(seqnet_context_step(handle_, x.data(), y.data_or_null()), 1,
                           sizes_.max_batch);
            });
    }

    /** @brief seqnet_context_step_tokens: (max_batch) to (max_batch, N); y may be empty. */
    returns<void> step_tokens(span<const int32_t> tokens, span<float> y = {})
    {
        return detail::lengths("seqnet::context::step_tokens")
            .need("tokens", tokens, { sizes_.max_batch })
            .may_have("y", y, { sizes_.max_batch, sizes_.output_size })
            .call([&] {
                return ran(seqnet_context_step_tokens(handle_, tokens.data(), y.data_or_null()), 1,
                           sizes_.max_batch);
            });
    }

    /**
     * @brief seqnet_context_backward, through this object's last forward or step.
     * @param dy may be empty: zero. @param[out] dx may be empty: not wanted.
     */
    returns<void> backward(span<const float> dy, span<float> dx = {})
    {
        return detail::lengths("seqnet::context::backward")
            .may_have("dy", dy, { rows_, sizes_.output_size })
            .may_have("dx", dx, { rows_, sizes_.input_size })
            .call([&] {
                return seqnet_context_backward(handle_, dy.data_or_null(), dx.data_or_null());
            });
    }

    returns<void> zero_gradients()
    {
        return detail::finish(seqnet_context_zero_gradients(handle_));
    }

    returns<void> get_gradient(zstring name, span<float> values)
    {
        return detail::finish(
            seqnet_context_get_gradient(handle_, name.c_str(), values.data(), values.count()));
    }

    /* ------------------------------------------------------------ state */

    int32_t state_count() const noexcept { return seqnet_context_state_count(handle_); }

    /** @brief seqnet_context_state_info: name and shape of a state tensor. */
    returns<tensor_info> state(int32_t index) const
    {
        tensor_info found{};
        found.struct_size = sizeof found;
        const int32_t code = seqnet_context_state_info(handle_, index, &found);
        return detail::finish(code, found);
    }

    returns<void> get_state(zstring name, span<float> values)
    {
        return detail::finish(
            seqnet_context_get_state(handle_, name.c_str(), values.data(), values.count()));
    }

    returns<void> set_state(zstring name, span<const float> values)
    {
        return detail::finish(
            seqnet_context_set_state(handle_, name.c_str(), values.data(), values.count()));
    }

    returns<void> get_state_gradient(zstring name, span<float> values)
    {
        return detail::finish(seqnet_context_get_state_gradient(handle_, name.c_str(),
                                                                values.data(), values.count()));
    }

    returns<void> set_state_gradient(zstring name, span<const float> values)
    {
        return detail::finish(seqnet_context_set_state_gradient(handle_, name.c_str(),
                                                                values.data(), values.count()));
    }

    /** @brief The state of all streams to zero. */
    returns<void> reset() { return detail::finish(seqnet_context_reset(handle_)); }

    /** @brief Floats of one stream's whole state. */
    int64_t stream_size() const noexcept { return seqnet_context_stream_size(handle_); }

    returns<void> get_stream(int32_t stream, span<float> values)
    {
        return detail::finish(
            seqnet_context_get_stream(handle_, stream, values.data(), values.count()));
    }

    returns<void> set_stream(int32_t stream, span<const float> values)
    {
        return detail::finish(
            seqnet_context_set_stream(handle_, stream, values.data(), values.count()));
    }

    returns<void> reset_stream(int32_t stream)
    {
        return detail::finish(seqnet_context_reset_stream(handle_, stream));
    }

    /** @brief seqnet_context_copy_stream, to a stream of this context. */
    returns<void> copy_stream(int32_t to_stream, context_base &from, int32_t from_stream)
    {
        return detail::finish(
            seqnet_context_copy_stream(handle_, to_stream, from.handle_, from_stream));
    }

protected:
    context_base() noexcept = default;
    context_base(seqnet_context *handle, const detail::sizes &sizes) noexcept
        : handle_(handle), sizes_(sizes)
    {
    }
    ~context_base() = default;

    void swap(context_base &other) noexcept
    {
        std::swap(handle_, other.handle_);
        std::swap(sizes_, other.sizes_);
        std::swap(rows_, other.rows_);
    }

private:
    friend class trainer;

    /* A call that works leaves a window of steps * batch rows to go back through. */
    int32_t ran(int32_t code, int32_t steps, int32_t batch) noexcept
    {
        if (code == SEQNET_OK)
            rows_ = static_cast<int64_t>(steps) * batch;
        return code;
    }

    seqnet_context *handle_ = nullptr;
    detail::sizes sizes_;
    int64_t rows_ = 0; /* T * B of the last forward or step */
};

/** @brief A context of one's own. */
class context : public context_base
{
public:
    /** No context. */
    context() noexcept = default;

    context(context &&other) noexcept { swap(other); }
    context &operator=(context &&other) noexcept
    {
        context taken(std::move(other));
        swap(taken);
        return *this;
    }
    ~context() { seqnet_context_destroy(get()); }

    /** @brief seqnet_context_create. */
    static returns<context> create(const layer &of, const context_options &options = {})
    {
        const seqnet_context_options given = options.to_c();
        detail::sizes sizes;
        seqnet_context *made = nullptr;
        int32_t code = detail::get_sizes(of, options.max_batch, &sizes);
        if (code == SEQNET_OK)
            code = seqnet_context_create(of.get(), &given, &made);
        return detail::finish(code, context(made, sizes));
    }

    /** @brief seqnet_context_bytes: what create would allocate. */
    static returns<std::size_t> bytes(const layer &of, const context_options &options = {})
    {
        const seqnet_context_options given = options.to_c();
        std::size_t bytes = 0;
        const int32_t code = seqnet_context_bytes(of.get(), &given, &bytes);
        return detail::finish(code, bytes);
    }

private:
    using context_base::context_base;
};

SEQNET_END_NAMESPACE

#endif
