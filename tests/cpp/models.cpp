/* SPDX-License-Identifier: MIT */
/* Model files. */
#include "check.hpp"

#include <string>
#include <utility>

namespace
{

void a_model_comes_back()
{
    seqnet::model model = must(seqnet::model::create(must(seqnet::gru(2, 3))));
    WORKS(model.set_metadata("b", "2"));
    WORKS(model.set_metadata("a", std::string("1")));
    WORKS(model.set_metadata("c", "3"));
    WORKS(model.remove_metadata("c"));
    WORKS(model.save("cpp.safetensors"));
    const seqnet::model parsed = must(seqnet::model::parse(must(model.serialize())));
    CHECK(parsed.get_metadata("b") == "2" && must(parsed.layer().info()).output_size == 3);
    const seqnet::model loaded = must(seqnet::model::load("cpp.safetensors"));
    CHECK(must(loaded.layer().info()).kind == SEQNET_GRU);
    CHECK(loaded.get_metadata("a") == "1" && !loaded.get_metadata("c"));
    CHECK(loaded.metadata_key(1) == "b" && !loaded.metadata_key(2));
}

void a_layer_outlives_its_model()
{
    seqnet::layer kept;
    {
        seqnet::model model = must(seqnet::model::create(must(seqnet::linear(2, 3))));
        kept = model.layer();
        const seqnet::model moved = std::move(model);
        CHECK(moved.layer().get() == kept.get() && !model);
    }
    CHECK(must(kept.info()).output_size == 3);
    CHECK(!seqnet::model().layer());
}

void failures_say_which_file()
{
    FAILS(seqnet::model::load("nothing.safetensors"), SEQNET_EIO, "nothing.safetensors");
    FAILS(seqnet::model::create(seqnet::layer()), SEQNET_EINVAL, "layer");
    const seqnet::model none;
    FAILS(none.save("x"), SEQNET_EINVAL, "model");
}

} // namespace

TEST(models)
{
    a_model_comes_back();
    a_layer_outlives_its_model();
    failures_say_which_file();
}
