/* SPDX-License-Identifier: MIT */
/* Weights in and out: safetensors, and the dialects of other libraries. */
#include "check.hpp"

#include <string>
#include <utility>
#include <vector>

namespace
{

void tensors_go_out_and_in()
{
    seqnet::tensors tensors = must(seqnet::tensors::create());
    const std::vector<float> values = { 1, 2, 3, 4, 5, 6 };
    const int64_t shape[] = { 2, 3 }, empty[] = { 0, 3 };
    WORKS(tensors.set("b", shape, values));
    WORKS(tensors.set("a", {}, { values.data(), 1 }));
    WORKS(tensors.set("none", empty, {}));
    FAILS(tensors.set("c", shape, { values.data(), 5 }), SEQNET_ESHAPE,
          "seqnet::tensors::set: values.size() = 5, need 6");
    FAILS(tensors.set("c", {}, values), SEQNET_ESHAPE, "values.size() = 6, need 1");
    WORKS(tensors.set_metadata("key", "value"));
    const std::vector<unsigned char> bytes = must(tensors.serialize());
    const seqnet::tensors again = must(seqnet::tensors::parse(bytes));
    CHECK(again.count() == 3 && must(again.info(0)).rank == 0);
    CHECK(must(again.find("b")).shape[1] == 3);
    CHECK(std::strcmp(seqnet::dtype_name(must(again.find("b")).dtype), "F32") == 0);
    std::vector<float> found(6);
    WORKS(again.get("b", found));
    CHECK(found == values && again.get_metadata("key") == "value" && !again.metadata_key(1));
    found.pop_back();
    FAILS(again.get("b", found), SEQNET_ESHAPE, "seqnet_tensors_get");
    FAILS(again.find("c"), SEQNET_ENOTFOUND, "c");
    FAILS(seqnet::tensors::parse({ bytes.data(), 9 }), SEQNET_EFORMAT, "seqnet_tensors_parse");
}

void tensors_change_and_are_saved()
{
    seqnet::tensors tensors = must(seqnet::tensors::create());
    const int64_t shape[] = { 2 };
    const float values[] = { 1, 2 };
    WORKS(tensors.set("a", shape, values));
    seqnet::tensors copy = must(seqnet::tensors::create());
    WORKS(copy.set_entry(must(tensors.find("a"))));
    WORKS(copy.set_metadata("key", "value"));
    WORKS(copy.remove_metadata("key"));
    WORKS(copy.save("weights.safetensors"));
    WORKS(copy.remove("a"));
    FAILS(copy.remove("a"), SEQNET_ENOTFOUND, "a");
    const seqnet::tensors loaded = must(seqnet::tensors::load("weights.safetensors"));
    CHECK(loaded.count() == 1 && !loaded.get_metadata("key"));
    FAILS(seqnet::tensors::load("nothing"), SEQNET_EIO, "nothing");
    const seqnet::tensors moved = std::move(copy);
    CHECK(moved && !copy && copy.count() == 0);
}

void a_layer_goes_through_a_dialect()
{
    const seqnet::layer model =
        must(seqnet::sequential({ must(seqnet::gru(3, 4)), must(seqnet::linear(4, 2)) }));
    seqnet::interchange_options keras;
    keras.dialect = seqnet::dialect::keras;
    keras.prefix = "net.";
    keras.modules = "rnn,head";
    seqnet::tensors tensors = must(seqnet::tensors::create());
    WORKS(seqnet::layer_export(model, tensors, keras));
    CHECK(must(tensors.find("net.rnn.kernel")).shape[0] == 3);
    seqnet::layer other = must(seqnet::layer_from_tensors(tensors, keras));
    std::vector<float> a(36), b(36);
    WORKS(model.get_parameter("0.weight_ih_l0", a));
    WORKS(other.get_parameter("0.weight_ih_l0", b));
    CHECK(a == b);
    WORKS(other.set_parameter("0.weight_ih_l0", std::vector<float>(36)));
    WORKS(seqnet::layer_import(other, tensors, keras));
    WORKS(other.get_parameter("0.weight_ih_l0", b));
    CHECK(a == b);
    FAILS(seqnet::layer_import(other, tensors), SEQNET_ENOTFOUND, "seqnet_layer_import");
}

} // namespace

TEST(weights)
{
    tensors_go_out_and_in();
    tensors_change_and_are_saved();
    a_layer_goes_through_a_dialect();
}
