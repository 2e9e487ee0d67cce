/* SPDX-License-Identifier: MIT */
/* Layers: constructors, options, references, parameters. */
#include "check.hpp"

#include <array>
#include <utility>
#include <vector>

namespace
{

void a_copy_is_another_reference()
{
    seqnet::layer first = must(seqnet::linear(2, 3));
    const seqnet::layer copy = first;
    CHECK(copy.get() == first.get());
    const seqnet::layer moved = std::move(first);
    CHECK(moved.get() == copy.get() && !first);
    WORKS(seqnet::layer(copy).set_parameter("bias", std::array<float, 3>{ 1, 2, 3 }));
    std::vector<float> bias(3);
    WORKS(moved.get_parameter("bias", bias));
    CHECK(bias[0] == 1 && bias[2] == 3);
    first = moved;
    first = *&first;
    CHECK(first.get() == copy.get());
    seqnet_layer *raw = first.release();
    CHECK(raw && !first);
    CHECK(must(seqnet::layer(raw).info()).output_size == 3);
}

void an_empty_handle_fails()
{
    const seqnet::layer none;
    CHECK(!none && !none.child(0) && none.tensor_count() == 0);
    FAILS(none.info(), SEQNET_EINVAL, "layer");
    FAILS(seqnet::sequential({ none }), SEQNET_EINVAL, "layers[0]");
}

void recurrent_options_arrive_and_come_back()
{
    seqnet::recurrent_options options;
    options.num_layers = 3;
    options.bidirectional = true;
    options.no_bias = true;
    options.token_input = true;
    options.proj_size = 2;
    options.dropout = 0.25f;
    options.forget_bias = 1;
    options.init_range = 0.5f;
    int32_t hidden_size = 0;
    seqnet::recurrent_options found =
        must(seqnet::recurrent_get_options(must(seqnet::lstm(7, 4, options)), &hidden_size));
    CHECK(hidden_size == 4 && found.num_layers == 3 && found.bidirectional && found.no_bias);
    CHECK(found.token_input && found.proj_size == 2 && found.dropout == 0.25f);
    CHECK(found.forget_bias == 1 && found.init_range == 0.5f && !found.reset_before);
    options = {};
    options.nonlinearity = seqnet::nonlinearity::relu;
    found = must(seqnet::recurrent_get_options(must(seqnet::rnn(2, 3, options))));
    CHECK(found.nonlinearity == seqnet::nonlinearity::relu && found.num_layers == 1);
    options = {};
    options.reset_before = true;
    CHECK(must(seqnet::recurrent_get_options(must(seqnet::gru(2, 3, options)))).reset_before);
}

void other_options_arrive_and_come_back()
{
    seqnet::embedding_options padded;
    padded.padding_idx = 2;
    const seqnet::layer table = must(seqnet::embedding(5, 3, padded));
    CHECK(must(seqnet::embedding_get_options(table)).padding_idx == 2);
    CHECK(!must(seqnet::embedding_get_options(must(seqnet::embedding(5, 3)))).padding_idx);
    seqnet::linear_options tied;
    tied.tied_embedding = table;
    tied.no_bias = true;
    const seqnet::linear_options found =
        must(seqnet::linear_get_options(must(seqnet::linear(3, 5, tied))));
    CHECK(found.no_bias && found.tied_embedding.get() == table.get());
    CHECK(must(seqnet::dropout_get_probability(must(seqnet::dropout(3, 0.25f)))) == 0.25f);
    FAILS(seqnet::linear_get_options(table), SEQNET_EINVAL, "seqnet_linear_get_options");
}

#if __cplusplus >= 202002L
void options_can_be_written_in_place()
{
    const seqnet::layer model = must(seqnet::lstm(4, 6, { .num_layers = 2, .seed = 7 }));
    CHECK(must(seqnet::recurrent_get_options(model)).num_layers == 2);
}
#endif

void a_seed_makes_the_same_parameters()
{
    seqnet::linear_options options;
    std::vector<float> a(6), b(6);
    for (const uint64_t seed : { 0u, 7u }) {
        options.seed = seed;
        WORKS(must(seqnet::linear(2, 3, options)).get_parameter("weight", a));
        WORKS(must(seqnet::linear(2, 3, options)).get_parameter("weight", b));
        CHECK(a == b);
    }
    WORKS(must(seqnet::linear(2, 3)).get_parameter("weight", b));
    CHECK(a != b);
}

void sequentials_hold_their_layers()
{
    const std::vector<seqnet::layer> parts = { must(seqnet::embedding(9, 4)),
                                               must(seqnet::gru(4, 6)) };
    const seqnet::layer model = must(seqnet::sequential(parts));
    const seqnet::layer_info info = must(model.info());
    CHECK(info.kind == SEQNET_SEQUENTIAL && info.child_count == 2 && info.output_size == 6);
    CHECK(model.child(1).get() == parts[1].get() && !model.child(2));
    CHECK(model.tensor_count() == 5);
    CHECK(std::strcmp(must(model.tensor(1)).name, "1.weight_ih_l0") == 0);
    FAILS(model.tensor(5), SEQNET_ERANGE, "index = 5");
    CHECK(must(seqnet::sequential_fold_bytes(model)) >= 9 * 18 * sizeof(float));
    CHECK(must(must(seqnet::sequential_fold(model)).info()).token_input == 1);
    FAILS(seqnet::sequential({ parts[1], parts[0] }), SEQNET_ESHAPE, "seqnet_sequential_create");
}

void lengths_of_parameters_are_checked()
{
    seqnet::layer table = must(seqnet::embedding(3, 2));
    std::vector<float> values = { 0, 0, 5, 5, 9, 9 };
    WORKS(table.set_parameter("weight", values));
    std::vector<int32_t> tokens(2);
    const float vectors[] = { 8, 9, 1, 1 };
    WORKS(seqnet::embedding_nearest(table, vectors, tokens));
    CHECK(tokens[0] == 2 && tokens[1] == 0);
    FAILS(seqnet::embedding_nearest(table, values, tokens), SEQNET_ESHAPE,
          "seqnet::embedding_nearest: vectors.size() = 6, need 4");
    values.pop_back();
    FAILS(table.set_parameter("weight", values), SEQNET_ESHAPE, "seqnet_layer_set_parameter");
    FAILS(table.get_parameter(std::string("nothing"), values), SEQNET_ENOTFOUND, "nothing");
}

void errors_keep_their_message()
{
    const seqnet::error failure(SEQNET_EINVAL, "first");
    FAILS(seqnet::lstm(2, 0), SEQNET_EINVAL, "seqnet_lstm_create: hidden_size = 0");
    CHECK(std::strcmp(failure.what(), "first") == 0);
    CHECK(std::strcmp(failure.name(), "SEQNET_EINVAL") == 0);
    const std::string wide(300, 'x');
    CHECK(std::strlen(seqnet::error(SEQNET_EINVAL, wide.c_str()).what()) == 255);
    FAILS(seqnet::runtime::set_blas_threads(0), SEQNET_EINVAL, "threads = 0");
    CHECK(seqnet::version() == SEQNET_VERSION && seqnet::runtime::isa()[0] != 0);
}

} // namespace

TEST(layers)
{
    a_copy_is_another_reference();
    an_empty_handle_fails();
    recurrent_options_arrive_and_come_back();
    other_options_arrive_and_come_back();
#if __cplusplus >= 202002L
    options_can_be_written_in_place();
#endif
    a_seed_makes_the_same_parameters();
    sequentials_hold_their_layers();
    lengths_of_parameters_are_checked();
    errors_keep_their_message();
}
