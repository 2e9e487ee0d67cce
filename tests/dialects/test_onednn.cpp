// SPDX-License-Identifier: MIT
// oneDNN itself runs the tensors of its dialect, primitive by primitive, and agrees with the layer.
#include <seqnet/seqnet.h>

#include <dnnl.hpp>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <vector>

namespace
{

using dnnl::memory;
using tag = memory::format_tag;
using floats = std::vector<float>;

const memory::dim T = 5, B = 3, I = 6, H = 4;

struct test_case {
    const char *name;
    int32_t kind, reset_before, projection;
    int32_t levels, bidirectional;
    int32_t input;
};

void require(bool condition, const std::string &what)
{
    if (condition)
        return;
    std::fprintf(stderr, "FAILED: %s; %s\n", what.c_str(), seqnet_error_message());
    std::exit(1);
}

void check(int32_t code, const char *what)
{
    require(code == SEQNET_OK, what);
}

// Reproducible numbers in [-1, 1).
floats numbers(size_t count, uint32_t seed)
{
    floats made(count);
    for (float &value : made) {
        seed = seed * 1664525u + 1013904223u;
        value = static_cast<float>(seed >> 8) / 8388608.0f - 1.0f;
    }
    return made;
}

seqnet_layer *make_layer(const test_case &about)
{
    seqnet_recurrent_options options = SEQNET_RECURRENT_OPTIONS_INIT;
    seqnet_layer *layer = nullptr;
    options.num_layers = about.levels;
    options.bidirectional = about.bidirectional;
    options.proj_size = about.projection;
    options.reset_before = about.reset_before;
    const auto create = about.kind == SEQNET_LSTM  ? seqnet_lstm_create
                        : about.kind == SEQNET_GRU ? seqnet_gru_create
                                                   : seqnet_rnn_create;
    check(create(about.input, static_cast<int32_t>(H), &options, &layer), "create");
    for (int32_t i = 0; i < seqnet_layer_tensor_count(layer); i++) {
        seqnet_tensor_info info = {};
        info.struct_size = sizeof info;
        check(seqnet_layer_tensor_info(layer, i, &info), "info");
        const floats values =
            numbers(static_cast<size_t>(info.count), 7u + static_cast<uint32_t>(i));
        check(seqnet_layer_set_parameter(layer, info.name, values.data(), info.count), "set");
    }
    return layer;
}

floats run_layer(seqnet_layer *layer, const floats &x)
{
    seqnet_context_options options = SEQNET_CONTEXT_OPTIONS_INIT;
    seqnet_window window = SEQNET_WINDOW_INIT;
    seqnet_context *context = nullptr;
    seqnet_layer_info info = {};
    info.struct_size = sizeof info;
    check(seqnet_layer_get_info(layer, &info), "info");
    options.max_steps = window.steps = static_cast<int32_t>(T);
    options.max_batch = window.batch = static_cast<int32_t>(B);
    window.x = x.data();
    floats y(static_cast<size_t>(T * B) * static_cast<size_t>(info.output_size));
    check(seqnet_context_create(layer, &options, &context), "context");
    check(seqnet_context_forward(context, &window, y.data()), "forward");
    seqnet_context_destroy(context);
    return y;
}

// ---------------------------------------------------------------- oneDNN

memory::desc describe(const memory::dims &dims, tag format)
{
    return memory::desc(dims, memory::data_type::f32, format);
}

const dnnl::engine &engine()
{
    static const dnnl::engine made(dnnl::engine::kind::cpu, 0);
    return made;
}

// A tensor of the dialect, with the shape it says itself.
memory load(const seqnet_tensors *tensors, const std::string &name, tag format)
{
    seqnet_tensors_entry entry = SEQNET_TENSORS_ENTRY_INIT;
    check(seqnet_tensors_find(tensors, name.c_str(), &entry), name.c_str());
    const memory::dims dims(entry.shape, entry.shape + entry.rank);
    memory made(describe(dims, format), engine());
    check(seqnet_tensors_get(tensors, name.c_str(), static_cast<float *>(made.get_data_handle()),
                             entry.count),
          name.c_str());
    return made;
}

// Into the layout a primitive wants.
memory reorder(const memory &from, const memory::desc &wanted, dnnl::stream &stream)
{
    memory to(wanted, engine());
    dnnl::reorder(from, to).execute(stream, const_cast<memory &>(from), to);
    stream.wait();
    return to;
}

memory::desc any(const memory &like)
{
    return describe(like.get_desc().dims(), tag::any);
}

template <class Primitive, class Descriptor>
void execute(const Descriptor &descriptor, std::unordered_map<int, memory> arguments)
{
    dnnl::stream stream(engine());
    const typename Primitive::primitive_desc chosen(descriptor, engine());
    auto &layer = arguments.at(DNNL_ARG_WEIGHTS_LAYER), &iter = arguments.at(DNNL_ARG_WEIGHTS_ITER);
    layer = reorder(layer, chosen.weights_layer_desc(), stream);
    iter = reorder(iter, chosen.weights_iter_desc(), stream);
    const auto projection = arguments.find(DNNL_ARG_WEIGHTS_PROJECTION);
    if (projection != arguments.end())
        projection->second = reorder(projection->second, chosen.weights_projection_desc(), stream);
    Primitive(chosen).execute(stream, arguments);
    stream.wait();
}

// One primitive; its tensors are named with `part` in front. x (T, B, ..) becomes y (T, B, ..).
floats run_primitive(const test_case &about, const seqnet_tensors *tensors, const std::string &part,
                     const floats &x)
{
    const auto inference = dnnl::prop_kind::forward_inference;
    const auto way = about.bidirectional ? dnnl::rnn_direction::bidirectional_concat
                                         : dnnl::rnn_direction::unidirectional_left2right;
    const memory::dim outputs =
        (about.projection ? about.projection : H) * (1 + about.bidirectional);
    const memory::dim inputs = static_cast<memory::dim>(x.size()) / (T * B);
    const memory::desc none, x_desc = describe({ T, B, inputs }, tag::tnc),
                             y_desc = describe({ T, B, outputs }, tag::tnc);
    const memory layer = load(tensors, part + "weights_layer", tag::ldigo),
                 iter = load(tensors, part + "weights_iter", tag::ldigo),
                 bias = load(tensors, part + "bias", tag::ldgo);
    floats input = x, y(static_cast<size_t>(T * B * outputs));
    std::unordered_map<int, memory> arguments = {
        { DNNL_ARG_SRC_LAYER, memory(x_desc, engine(), input.data()) },
        { DNNL_ARG_DST_LAYER, memory(y_desc, engine(), y.data()) },
        { DNNL_ARG_WEIGHTS_LAYER, layer },
        { DNNL_ARG_WEIGHTS_ITER, iter },
        { DNNL_ARG_BIAS, bias },
    };
    if (about.kind == SEQNET_RNN)
        execute<dnnl::vanilla_rnn_forward>(
            dnnl::vanilla_rnn_forward::desc(inference, dnnl::algorithm::eltwise_tanh, way, x_desc,
                                            none, any(layer), any(iter), bias.get_desc(), y_desc,
                                            none),
            arguments);
    else if (about.kind == SEQNET_GRU && about.reset_before)
        execute<dnnl::gru_forward>(dnnl::gru_forward::desc(inference, way, x_desc, none, any(layer),
                                                           any(iter), bias.get_desc(), y_desc,
                                                           none),
                                   arguments);
    else if (about.kind == SEQNET_GRU)
        execute<dnnl::lbr_gru_forward>(dnnl::lbr_gru_forward::desc(inference, way, x_desc, none,
                                                                   any(layer), any(iter),
                                                                   bias.get_desc(), y_desc, none),
                                       arguments);
    else if (about.projection) {
        const memory projection = load(tensors, part + "weights_projection", tag::ldio);
        arguments[DNNL_ARG_WEIGHTS_PROJECTION] = projection;
        execute<dnnl::lstm_forward>(
            dnnl::lstm_forward::desc(inference, way, x_desc, none, none, any(layer), any(iter),
                                     none, any(projection), bias.get_desc(), y_desc, none, none),
            arguments);
    } else
        execute<dnnl::lstm_forward>(dnnl::lstm_forward::desc(inference, way, x_desc, none, none,
                                                             any(layer), any(iter), bias.get_desc(),
                                                             y_desc, none, none),
                                    arguments);
    return y;
}

floats run_onednn(const test_case &about, const seqnet_tensors *tensors, floats x)
{
    seqnet_tensors_entry entry = SEQNET_TENSORS_ENTRY_INIT;
    if (seqnet_tensors_find(tensors, "weights_layer", &entry) == SEQNET_OK)
        return run_primitive(about, tensors, "", x);
    for (int32_t level = 0; level < about.levels; level++)
        x = run_primitive(about, tensors, "l" + std::to_string(level) + ".", x);
    return x;
}

void compare(const test_case &about)
{
    seqnet_interchange_options options = SEQNET_INTERCHANGE_OPTIONS_INIT;
    seqnet_tensors *tensors = nullptr;
    options.dialect = SEQNET_DIALECT_ONEDNN;
    seqnet_layer *const layer = make_layer(about);
    check(seqnet_tensors_create(nullptr, &tensors), "tensors");
    check(seqnet_layer_export(layer, tensors, &options), "export");
    const floats x = numbers(static_cast<size_t>(T * B * about.input), 99);
    const floats expected = run_onednn(about, tensors, x), actual = run_layer(layer, x);
    require(actual.size() == expected.size(), std::string(about.name) + ": sizes");
    float worst = 0;
    for (size_t i = 0; i < actual.size(); i++)
        worst = std::fmax(worst, std::isnan(actual[i] - expected[i])
                                     ? INFINITY
                                     : std::fabs(actual[i] - expected[i]));
    std::printf("%-24s levels %d, directions %d, inputs %d: %g\n", about.name, about.levels,
                1 + about.bidirectional, about.input, static_cast<double>(worst));
    require(worst <= 1e-5f, std::string(about.name) + " differs");
    seqnet_tensors_destroy(tensors);
    seqnet_layer_destroy(layer);
}

} // namespace

int main()
{
    const test_case cells[] = {
        { "rnn", SEQNET_RNN, 0, 0, 1, 0, I },
        { "lstm", SEQNET_LSTM, 0, 0, 1, 0, I },
        { "lstm with projection", SEQNET_LSTM, 0, 3, 1, 0, I },
        { "gru, reset after", SEQNET_GRU, 0, 0, 1, 0, I },
        { "gru, reset before", SEQNET_GRU, 1, 0, 1, 0, I },
    };
    for (test_case about : cells)
        for (about.levels = 1; about.levels <= 3; about.levels += 2)
            for (about.bidirectional = 0; about.bidirectional <= 1; about.bidirectional++) {
                about.input = static_cast<int32_t>(I);
                compare(about);
                about.input = about.projection ? about.projection : static_cast<int32_t>(H);
                compare(about);
            }
    return 0;
}
