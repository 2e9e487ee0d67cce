/* SPDX-License-Identifier: MIT */
/* Contexts: what is computed, and that no span of a wrong length reaches the library. */
#include "check.hpp"

#include <array>
#include <list>
#include <utility>
#include <vector>
#if __cplusplus >= 202002L
#include <span>
#endif

namespace
{

enum { I = 3, H = 5, T = 4, B = 2 };

struct fixture {
    seqnet::layer model = must(seqnet::gru(I, H));
    seqnet::context context;
    std::vector<float> x = std::vector<float>(T * B * I, 0.5f);
    std::vector<float> y = std::vector<float>(T * B * H);
    seqnet::window window;

    explicit fixture(bool training = false)
    {
        seqnet::context_options options;
        options.max_steps = T;
        options.max_batch = B;
        options.training = training;
        context = must(seqnet::context::create(model, options));
        CHECK(must(seqnet::context::bytes(model, options)) > 0);
        window.x = x;
        window.steps = T;
        window.batch = B;
    }
};

void a_window_is_the_same_as_steps()
{
    fixture at;
    WORKS(at.context.forward(at.window, at.y));
    WORKS(at.context.reset());
    std::vector<float> x(B * I, 0.5f), y(B * H);
    for (int t = 0; t < T; t++)
        WORKS(at.context.step(x, y));
    CHECK(std::vector<float>(at.y.end() - B * H, at.y.end()) == y);
    WORKS(at.context.step(x));
}

void lengths_are_checked_before_the_call()
{
    fixture at;
    std::vector<float> x = at.x, y = at.y;
    y.pop_back();
    FAILS(at.context.forward(at.window, y), SEQNET_ESHAPE,
          "seqnet::context::forward: y.size() = 39, need 40");
    x.pop_back();
    at.window.x = x;
    FAILS(at.context.forward(at.window), SEQNET_ESHAPE, "window.x.size() = 23, need 24");
    at.window.x = at.x;
    const int32_t lengths[] = { 1, 2, 3 };
    at.window.lengths = lengths;
    FAILS(at.context.forward(at.window), SEQNET_ESHAPE, "window.lengths.size() = 3, need 2");
    FAILS(at.context.step(x), SEQNET_ESHAPE, "seqnet::context::step: x.size() = 23, need 6");
    FAILS(at.context.step({}), SEQNET_ESHAPE, "x.size() = 0, need 6");
}

/* The library's own checks come after, and sizes that would overflow are no fit. */
void sizes_out_of_range_are_refused()
{
    fixture at;
    at.window.steps = -1;
    FAILS(at.context.forward(at.window, at.y), SEQNET_ESHAPE, "seqnet_context_forward");
    at.window.steps = at.window.batch = 2147483647;
    FAILS(at.context.forward(at.window, at.y), SEQNET_ESHAPE, "need 13835058042397261827");
    const seqnet::layer wide = must(seqnet::linear(SEQNET_MAX_SIZE, 1));
    seqnet::context context = must(seqnet::context::create(wide));
    FAILS(context.forward(at.window), SEQNET_ESHAPE, "need 18446744073709551615");
}

void tokens_go_the_same_ways()
{
    seqnet::context_options options;
    options.max_steps = 3;
    const seqnet::layer table = must(seqnet::embedding(5, 2));
    seqnet::context context = must(seqnet::context::create(table, options));
    const std::array<int32_t, 3> tokens = { 4, 0, 4 };
    std::vector<float> y(6), one(2);
    seqnet::window window;
    window.tokens = tokens;
    window.steps = 3;
    WORKS(context.forward(window, y));
    CHECK(y[0] == y[4] && y[0] != y[2]);
    const int32_t token[] = { 0 }, wrong[] = { 5 };
    WORKS(context.step_tokens(token, one));
    CHECK(one[0] == y[2]);
    FAILS(context.step_tokens(wrong, one), SEQNET_ERANGE, "5");
    FAILS(context.step_tokens(tokens, one), SEQNET_ESHAPE, "tokens.size() = 3, need 1");
    FAILS(context.step_tokens(token, y), SEQNET_ESHAPE, "y.size() = 6, need 2");
}

void gradients_flow_back()
{
    fixture at(true);
    const std::vector<float> dy(at.y.size(), 1.0f);
    std::vector<float> dx(at.x.size()), dh(B * H, 1.0f), bias(3 * H);
    FAILS(at.context.backward(dy), SEQNET_ESTATE, "seqnet_context_backward");
    WORKS(at.context.forward(at.window));
    WORKS(at.context.set_state_gradient("h", dh));
    FAILS(at.context.backward({ dy.data(), 1 }), SEQNET_ESHAPE, "dy.size() = 1, need 40");
    FAILS(at.context.backward(dy, dh), SEQNET_ESHAPE, "dx.size() = 10, need 24");
    WORKS(at.context.backward(dy, dx));
    CHECK(dx[0] != 0);
    WORKS(at.context.get_state_gradient("h", dh));
    CHECK(dh[0] != 1);
    WORKS(at.context.get_gradient("bias_ih_l0", bias));
    CHECK(bias[0] != 0);
    WORKS(at.context.zero_gradients());
    WORKS(at.context.get_gradient("bias_ih_l0", bias));
    CHECK(bias[0] == 0);
}

/* A step is a window of one step and all streams. */
void a_step_is_gone_back_through_too()
{
    fixture at(true);
    const std::vector<float> x(B * I, 0.5f), dy(B * H, 1.0f);
    std::vector<float> dx(B * I);
    WORKS(at.context.step(x));
    FAILS(at.context.backward({ dy.data(), H }), SEQNET_ESHAPE, "dy.size() = 5, need 10");
    FAILS(at.context.backward(dy, { dx.data(), I }), SEQNET_ESHAPE, "dx.size() = 3, need 6");
    WORKS(at.context.backward(dy, dx));
    CHECK(dx[0] != 0 && dx[I] != 0);
    WORKS(at.context.forward(at.window));
    WORKS(at.context.step(x));
    WORKS(at.context.backward(dy));
}

void so_is_a_step_of_tokens()
{
    const std::vector<float> dy(B * H, 1.0f);
    const seqnet::layer table = must(seqnet::embedding(4, H));
    seqnet::context_options options;
    options.max_batch = B;
    options.training = true;
    seqnet::context context = must(seqnet::context::create(table, options));
    const int32_t tokens[B] = {};
    WORKS(context.step_tokens(tokens));
    FAILS(context.backward({ dy.data(), H }), SEQNET_ESHAPE, "dy.size() = 5, need 10");
    WORKS(context.backward(dy));
}

void streams_are_kept_and_copied()
{
    fixture at;
    WORKS(at.context.forward(at.window));
    CHECK(at.context.state_count() == 1 && at.context.stream_size() == H);
    CHECK(std::strcmp(must(at.context.state(0)).name, "h") == 0);
    FAILS(at.context.state(1), SEQNET_ERANGE, "index = 1");
    std::vector<float> stream(H), state(B * H);
    WORKS(at.context.get_stream(0, stream));
    CHECK(stream[0] != 0);
    WORKS(at.context.reset_stream(1));
    WORKS(at.context.copy_stream(1, at.context, 0));
    WORKS(at.context.get_state("h", state));
    CHECK(std::vector<float>(state.begin() + H, state.end()) == stream);
    stream[0] = 0.25f;
    WORKS(at.context.set_stream(1, stream));
    WORKS(at.context.get_state("h", state));
    CHECK(state[H] == 0.25f);
    WORKS(at.context.set_state("h", state));
    FAILS(at.context.set_state("h", stream), SEQNET_ESHAPE, "seqnet_context_set_state");
    FAILS(at.context.get_stream(2, stream), SEQNET_ERANGE, "stream = 2");
}

void a_context_moves_and_outlives_its_layer()
{
    fixture at;
    seqnet::context moved = std::move(at.context);
    CHECK(moved && !at.context);
    FAILS(at.context.reset(), SEQNET_EINVAL, "context");
    at.model = {};
    WORKS(moved.forward(at.window, at.y));
    at.context = std::move(moved);
    WORKS(at.context.forward(at.window, at.y));
    at.context = seqnet::context();
    CHECK(!at.context);
}

template <class Span, class = decltype(Span{ 0, 3 })> constexpr bool takes_zero_for_null(int)
{
    return true;
}

template <class Span> constexpr bool takes_zero_for_null(long)
{
    return false;
}

/* Conversions that a span has, and those that it must not have. */
void spans_are_made_from_what_is_contiguous()
{
    std::vector<float> values = { 1, 2, 3 };
    const seqnet::span<float> view = values;
    const seqnet::span<const float> fixed = view;
    float sum = 0;
    for (const float value : fixed)
        sum += value;
    CHECK(sum == 6 && fixed[2] == 3 && view.data_or_null() == values.data());
    CHECK(seqnet::span(values.data(), 0).data_or_null() == nullptr);
    static_assert(!std::is_convertible_v<seqnet::span<const float>, seqnet::span<float>>);
    static_assert(!std::is_convertible_v<std::vector<double> &, seqnet::span<float>>);
    static_assert(!std::is_convertible_v<std::list<float> &, seqnet::span<float>>);
    static_assert(!std::is_convertible_v<const std::vector<float> &, seqnet::span<float>>);
    static_assert(!takes_zero_for_null<seqnet::span<const float>>(0));
    static_assert(!takes_zero_for_null<seqnet::span<const int64_t>>(0));
    static_assert(!std::is_copy_constructible_v<seqnet::context>);
#if __cplusplus >= 202002L
    const std::span<const float> standard = seqnet::span<const float>(values);
    CHECK(standard.size() == 3 && seqnet::span<const float>(standard).data() == values.data());
#endif
}

} // namespace

TEST(contexts)
{
    a_window_is_the_same_as_steps();
    lengths_are_checked_before_the_call();
    sizes_out_of_range_are_refused();
    tokens_go_the_same_ways();
    gradients_flow_back();
    a_step_is_gone_back_through_too();
    so_is_a_step_of_tokens();
    streams_are_kept_and_copied();
    a_context_moves_and_outlives_its_layer();
    spans_are_made_from_what_is_contiguous();
}
