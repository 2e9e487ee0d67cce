// SPDX-License-Identifier: MIT
// oneDNN as a contender: its RNN primitives, with weights put once into the layout they like best.
// Inference uses forward_inference; a training step is forward_training and backward, with the
// gradients of all weights, which add up, and of x. The state is carried from call to call by
// swapping the memory of the initial and the final one.
#include "numbers.h"
#include "subject.h"

#include <dnnl.hpp>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <string>
#include <unordered_map>
#include <vector>

namespace
{

using dnnl::memory;
using arguments = std::unordered_map<int, memory>;
using tag = memory::format_tag;

// Descriptors of all tensors of a case; weights are `any`, so that the primitive chooses.
struct tensors {
    memory::desc x, y, h, c, weights_layer, weights_iter, bias;
};

memory::desc describe(const memory::dims &dims, tag format)
{
    return memory::desc(dims, memory::data_type::f32, format);
}

int gates_of(int32_t kind)
{
    return kind == SEQNET_RNN ? 1 : kind == SEQNET_GRU ? 3 : 4;
}

// The GRU that is linear before reset, PyTorch's, keeps both biases of n.
int biases_of(int32_t kind)
{
    return kind == SEQNET_GRU ? 4 : gates_of(kind);
}

tensors describe_all(const bench_case &shape)
{
    const memory::dim L = shape.layers, T = shape.steps, B = shape.batch, I = shape.input,
                      H = shape.hidden, G = gates_of(shape.kind);
    return { describe({ T, B, I }, tag::tnc),
             describe({ T, B, H }, tag::tnc),
             describe({ L, 1, B, H }, tag::ldnc),
             shape.kind == SEQNET_LSTM ? describe({ L, 1, B, H }, tag::ldnc) : memory::desc(),
             describe({ L, 1, I, G, H }, tag::any),
             describe({ L, 1, H, G, H }, tag::any),
             describe({ L, 1, biases_of(shape.kind), H }, tag::ldgo) };
}

// Primitive descriptors of the three cells differ in type; what is needed of them does not.
struct primitives {
    dnnl::primitive forward, backward;
    memory::desc weights_layer, weights_iter, workspace;
    memory::desc back_weights_layer, back_weights_iter, diff_weights_layer, diff_weights_iter;
};

template <class Forward, class Backward, class MakeForward, class MakeBackward>
primitives make_primitives(const dnnl::engine &engine, bool training, MakeForward make_forward,
                           MakeBackward make_backward)
{
    primitives made;
    const typename Forward::primitive_desc forward(make_forward(), engine);
    made.forward = Forward(forward);
    made.weights_layer = forward.weights_layer_desc();
    made.weights_iter = forward.weights_iter_desc();
    made.workspace = forward.workspace_desc();
    if (!training)
        return made;
    const typename Backward::primitive_desc backward(make_backward(), engine, forward);
    made.backward = Backward(backward);
    made.back_weights_layer = backward.weights_layer_desc();
    made.back_weights_iter = backward.weights_iter_desc();
    made.diff_weights_layer = backward.diff_weights_layer_desc();
    made.diff_weights_iter = backward.diff_weights_iter_desc();
    return made;
}

primitives make_cell(const bench_case &shape, const tensors &t, const dnnl::engine &engine,
                     bool training)
{
    const auto kind =
        training ? dnnl::prop_kind::forward_training : dnnl::prop_kind::forward_inference;
    const auto back = dnnl::prop_kind::backward;
    const auto way = dnnl::rnn_direction::unidirectional_left2right;
    const auto tanh = dnnl::algorithm::eltwise_tanh;
    const memory::desc &wl = t.weights_layer, &wi = t.weights_iter;
    using namespace dnnl;
    if (shape.kind == SEQNET_RNN)
        return make_primitives<vanilla_rnn_forward, vanilla_rnn_backward>(
            engine, training,
            [&] {
                return vanilla_rnn_forward::desc(kind, tanh, way, t.x, t.h, wl, wi, t.bias, t.y,
                                                 t.h);
            },
            [&] {
                return vanilla_rnn_backward::desc(back, tanh, way, t.x, t.h, wl, wi, t.bias, t.y,
                                                  t.h, t.x, t.h, wl, wi, t.bias, t.y, t.h);
            });
    if (shape.kind == SEQNET_GRU)
        return make_primitives<lbr_gru_forward, lbr_gru_backward>(
            engine, training,
            [&] { return lbr_gru_forward::desc(kind, way, t.x, t.h, wl, wi, t.bias, t.y, t.h); },
            [&] {
                return lbr_gru_backward::desc(back, way, t.x, t.h, wl, wi, t.bias, t.y, t.h, t.x,
                                              t.h, wl, wi, t.bias, t.y, t.h);
            });
    return make_primitives<lstm_forward, lstm_backward>(
        engine, training,
        [&] { return lstm_forward::desc(kind, way, t.x, t.h, t.c, wl, wi, t.bias, t.y, t.h, t.c); },
        [&] {
            return lstm_backward::desc(back, way, t.x, t.h, t.c, wl, wi, t.bias, t.y, t.h, t.c, t.x,
                                       t.h, t.c, wl, wi, t.bias, t.y, t.h, t.c);
        });
}

struct bed {
    bench_case shape;
    dnnl::engine engine{ dnnl::engine::kind::cpu, 0 };
    dnnl::stream stream{ engine };
    primitives made;
    arguments forward, backward;
};

size_t count_of(const memory &m)
{
    return m.get_desc().get_size() / sizeof(float);
}

float *floats_of(const memory &m)
{
    return static_cast<float *>(m.get_data_handle());
}

memory zeros(const bed &bed, const memory::desc &desc)
{
    memory m(desc, bed.engine);
    std::memset(m.get_data_handle(), 0, desc.get_size());
    return m;
}

memory numbers(const bed &bed, const memory::desc &desc, uint64_t stream)
{
    memory m(desc, bed.engine);
    numbers_fill(stream, 1, floats_of(m), count_of(m));
    return m;
}

// Parameter `index` of all levels: PyTorch's (G, H, K) into oneDNN's plain (L, K, G, H); its GRU
// has the gates in the order z r n where PyTorch has r z n.
memory plain_weights(const bed &bed, int index, memory::dim k)
{
    const bench_case &shape = bed.shape;
    const memory::dim L = shape.layers, G = gates_of(shape.kind), H = shape.hidden;
    memory m(describe({ L, 1, k, G, H }, tag::ldigo), bed.engine);
    std::vector<float> theirs(static_cast<size_t>(G * H * k));
    float *to = floats_of(m);
    for (memory::dim level = 0; level < L; level++) {
        numbers_fill(static_cast<uint64_t>(4 * level + index), 1 / std::sqrt(static_cast<float>(H)),
                     theirs.data(), theirs.size());
        for (memory::dim i = 0; i < k; i++)
            for (memory::dim g = 0; g < G; g++)
                for (memory::dim j = 0; j < H; j++) {
                    const memory::dim from = shape.kind == SEQNET_GRU && g < 2 ? 1 - g : g;
                    *to++ = theirs[static_cast<size_t>((from * H + j) * k + i)];
                }
    }
    return m;
}

// b_ih + b_hh of each gate; the GRU's n has b_ih in block 2 and b_hh in block 3.
memory make_bias(const bed &bed, const memory::desc &desc)
{
    const bench_case &shape = bed.shape;
    const size_t H = static_cast<size_t>(shape.hidden),
                 G = static_cast<size_t>(gates_of(shape.kind));
    const bool gru = shape.kind == SEQNET_GRU;
    memory m = zeros(bed, desc);
    std::vector<float> of_x(G * H), of_h(G * H);
    for (int32_t level = 0; level < shape.layers; level++) {
        float *to = floats_of(m) + static_cast<size_t>(level * biases_of(shape.kind)) * H;
        const float range = 1 / std::sqrt(static_cast<float>(shape.hidden));
        numbers_fill(static_cast<uint64_t>(4 * level + 2), range, of_x.data(), of_x.size());
        numbers_fill(static_cast<uint64_t>(4 * level + 3), range, of_h.data(), of_h.size());
        for (size_t g = 0; g < G; g++)
            for (size_t j = 0; j < H; j++) {
                const size_t from = (gru && g < 2 ? 1 - g : g) * H + j;
                to[g * H + j] += of_x[from];
                to[(gru && g == 2 ? 3 : g) * H + j] += of_h[from];
            }
    }
    return m;
}

memory reordered(bed &bed, memory from, const memory::desc &desc)
{
    if (from.get_desc() == desc)
        return from;
    memory to(desc, bed.engine);
    dnnl::reorder(from, to).execute(bed.stream, from, to);
    bed.stream.wait();
    return to;
}

void bind_forward(bed &bed, const tensors &t, memory weights_layer, memory weights_iter)
{
    bed.forward = { { DNNL_ARG_SRC_LAYER, numbers(bed, t.x, NUMBERS_X) },
                    { DNNL_ARG_SRC_ITER, zeros(bed, t.h) },
                    { DNNL_ARG_WEIGHTS_LAYER,
                      reordered(bed, weights_layer, bed.made.weights_layer) },
                    { DNNL_ARG_WEIGHTS_ITER, reordered(bed, weights_iter, bed.made.weights_iter) },
                    { DNNL_ARG_BIAS, make_bias(bed, t.bias) },
                    { DNNL_ARG_DST_LAYER, zeros(bed, t.y) },
                    { DNNL_ARG_DST_ITER, zeros(bed, t.h) } };
    if (bed.shape.kind == SEQNET_LSTM) {
        bed.forward[DNNL_ARG_SRC_ITER_C] = zeros(bed, t.c);
        bed.forward[DNNL_ARG_DST_ITER_C] = zeros(bed, t.c);
    }
}

void bind_backward(bed &bed, const tensors &t, memory weights_layer, memory weights_iter)
{
    bed.forward[DNNL_ARG_WORKSPACE] = zeros(bed, bed.made.workspace);
    bed.backward = bed.forward;
    bed.backward[DNNL_ARG_WEIGHTS_LAYER] =
        reordered(bed, weights_layer, bed.made.back_weights_layer);
    bed.backward[DNNL_ARG_WEIGHTS_ITER] = reordered(bed, weights_iter, bed.made.back_weights_iter);
    bed.backward[DNNL_ARG_DIFF_SRC_LAYER] = zeros(bed, t.x);
    bed.backward[DNNL_ARG_DIFF_SRC_ITER] = zeros(bed, t.h);
    bed.backward[DNNL_ARG_DIFF_WEIGHTS_LAYER] = zeros(bed, bed.made.diff_weights_layer);
    bed.backward[DNNL_ARG_DIFF_WEIGHTS_ITER] = zeros(bed, bed.made.diff_weights_iter);
    bed.backward[DNNL_ARG_DIFF_BIAS] = zeros(bed, t.bias);
    bed.backward[DNNL_ARG_DIFF_DST_LAYER] = numbers(bed, t.y, NUMBERS_DY);
    bed.backward[DNNL_ARG_DIFF_DST_ITER] = zeros(bed, t.h);
    if (bed.shape.kind == SEQNET_LSTM) {
        bed.backward[DNNL_ARG_DIFF_SRC_ITER_C] = zeros(bed, t.c);
        bed.backward[DNNL_ARG_DIFF_DST_ITER_C] = zeros(bed, t.c);
    }
}

void swap_states(arguments &of)
{
    std::swap(of[DNNL_ARG_SRC_ITER], of[DNNL_ARG_DST_ITER]);
    if (of.count(DNNL_ARG_SRC_ITER_C))
        std::swap(of[DNNL_ARG_SRC_ITER_C], of[DNNL_ARG_DST_ITER_C]);
}

void run(void *self)
{
    bed &b = *static_cast<bed *>(self);
    b.made.forward.execute(b.stream, b.forward);
    if (b.made.backward) {
        b.made.backward.execute(b.stream, b.backward);
        swap_states(b.backward);
    }
    b.stream.wait();
    swap_states(b.forward);
}

int32_t sample(void *self, double *values)
{
    const bed &b = *static_cast<bed *>(self);
    run(self);
    const memory &y = b.forward.at(DNNL_ARG_DST_LAYER);
    int32_t filled = subject_spread(floats_of(y), count_of(y), values, 0);
    if (b.made.backward) {
        const memory &dx = b.backward.at(DNNL_ARG_DIFF_SRC_LAYER);
        filled = subject_spread(floats_of(dx), count_of(dx), values, filled);
    }
    return filled;
}

void destroy(void *self)
{
    delete static_cast<bed *>(self);
}

bed *make_bed(const request &request, bool training)
{
    bed *made = new bed;
    made->shape = request.shape;
    const tensors t = describe_all(request.shape);
    made->made = make_cell(request.shape, t, made->engine, training);
    const memory weights_layer = plain_weights(*made, 0, request.shape.input);
    const memory weights_iter = plain_weights(*made, 1, request.shape.hidden);
    bind_forward(*made, t, weights_layer, weights_iter);
    if (training)
        bind_backward(*made, t, weights_layer, weights_iter);
    return made;
}

const char *make(const request *request, subject *subject)
{
    static std::string reason;
    const std::string mode = request->mode;
    if (mode != "forward" && mode != "training")
        return "no such primitive";
    if (request->shape.layers > 1 && request->shape.input != request->shape.hidden)
        return "levels need equal sizes";
    try {
        *subject = { make_bed(*request, mode == "training"), 0, run, sample, destroy };
    } catch (const dnnl::error &error) {
        reason = error.what();
        return reason.c_str();
    }
    return nullptr;
}

} // namespace

int main()
{
    const dnnl_version_t &version = *dnnl::version();
    const std::string about = "{\"version\":\"" + std::to_string(version.major) + "." +
                              std::to_string(version.minor) + "." + std::to_string(version.patch) +
                              "\"}";
    return worker_serve(make, about.c_str());
}
