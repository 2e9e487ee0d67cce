/* SPDX-License-Identifier: MIT */
/* Trainers: they learn, check what they are given, and go on from a checkpoint. */
#include "check.hpp"

#include <string>
#include <utility>
#include <vector>

namespace
{

enum { V = 4, T = 6 };

struct fixture {
    seqnet::recurrent_options tokens_in;
    seqnet::layer model;
    std::vector<int32_t> tokens = { 0, 1, 2, 3, 0, 1 }, targets = { 1, 2, 3, 0, 1, 2 };
    seqnet::trainer_options options;
    seqnet::training_batch batch;

    fixture()
    {
        tokens_in.token_input = true;
        model = must(seqnet::sequential(
            { must(seqnet::lstm(V, 8, tokens_in)), must(seqnet::linear(8, V)) }));
        options.optimizer = seqnet::optimizer::adamw;
        options.learning_rate = 0.05;
        options.back_steps = T;
        batch.tokens = tokens;
        batch.targets = targets;
        batch.steps = T;
    }
};

void a_trainer_learns()
{
    fixture at;
    seqnet::trainer trainer = must(seqnet::trainer::create(at.model, at.options));
    const double before = must(trainer.train(at.batch)).loss;
    for (int i = 0; i < 60; i++)
        must(trainer.train(at.batch));
    const seqnet::training_result found = must(trainer.train(at.batch));
    CHECK(found.loss < before / 4 && found.correct == T && found.count == T);
    CHECK(trainer.updates() == 62 && trainer.learning_rate() == 0.05);
    seqnet::context_options sizes;
    sizes.max_steps = T;
    seqnet::context context = must(seqnet::context::create(at.model, sizes));
    CHECK(must(seqnet::evaluate(context, at.batch)).correct == T);
    WORKS(context.reset());
    seqnet::loss_options loss;
    loss.ignore_index = 1;
    CHECK(must(seqnet::evaluate(context, at.batch, loss)).count == T - 2);
}

void batches_are_checked()
{
    fixture at;
    seqnet::trainer trainer = must(seqnet::trainer::create(at.model, at.options));
    const int32_t lengths[] = { 1, 2 };
    at.batch.lengths = lengths;
    FAILS(trainer.train(at.batch), SEQNET_ESHAPE, "batch.lengths.size() = 2, need 1");
    at.batch.lengths = {};
    at.batch.steps = 7;
    FAILS(trainer.train(at.batch), SEQNET_ESHAPE,
          "seqnet::trainer::train: batch.tokens.size() = 6, need 7");
    at.tokens.push_back(0);
    at.batch.tokens = at.tokens;
    FAILS(trainer.train(at.batch), SEQNET_ESHAPE, "batch.targets.size() = 6, need 7");
    seqnet::context context = must(seqnet::context::create(at.model));
    FAILS(seqnet::evaluate(context, at.batch), SEQNET_ESHAPE, "seqnet::evaluate: batch.targets");
    at.batch.batch = 0;
    FAILS(trainer.train(at.batch), SEQNET_ESHAPE, "seqnet_trainer_train");
}

/* Targets have the shape that the target mode and the loss say. */
void targets_of_other_shapes()
{
    seqnet::trainer_options options;
    options.loss.loss = seqnet::loss::mean_squared_error;
    options.loss.target_mode = seqnet::target_mode::last_step;
    options.max_batch = 2;
    const seqnet::layer model = must(seqnet::rnn(3, 2));
    seqnet::trainer trainer = must(seqnet::trainer::create(model, options));
    const std::vector<float> x(5 * 2 * 3, 0.5f), last(2 * 2), every(5 * 2 * 2);
    seqnet::training_batch batch;
    batch.x = x;
    batch.target_values = last;
    batch.steps = 5;
    batch.batch = 2;
    CHECK(must(trainer.train(batch)).count == 4);
    batch.target_values = every;
    FAILS(trainer.train(batch), SEQNET_ESHAPE, "batch.target_values.size() = 20, need 4");
    options.loss.target_mode = seqnet::target_mode::repeat_step;
    trainer = must(seqnet::trainer::create(model, options));
    FAILS(trainer.train(batch), SEQNET_ESHAPE, "batch.x.size() = 30, need 6");
    batch.x = { x.data(), 6 };
    CHECK(must(trainer.train(batch)).count == 20);
}

/* A loss of one's own: forward and backward through the trainer's context, then update. */
void the_trainers_context_is_lent()
{
    seqnet::trainer_options options;
    options.back_steps = 2;
    options.learning_rate = 0.5;
    const seqnet::layer model = must(seqnet::linear(1, 1));
    seqnet::trainer trainer = must(seqnet::trainer::create(model, options));
    const std::vector<float> x = { 1, 2 }, dy = { 1, 1 };
    seqnet::window window;
    window.x = x;
    window.steps = 2;
    float before[1], after[1];
    WORKS(model.get_parameter("bias", before));
    WORKS(trainer.context().forward(window));
    FAILS(trainer.context().backward(before), SEQNET_ESHAPE, "dy.size() = 1, need 2");
    WORKS(trainer.context().backward(dy));
    CHECK(must(trainer.update()).updates == 1);
    WORKS(model.get_parameter("bias", after));
    CHECK(after[0] == before[0] - 0.5f * 2);
}

void a_checkpoint_goes_on()
{
    fixture at;
    const std::string path = "training.checkpoint";
    seqnet::trainer trainer = must(seqnet::trainer::create(at.model, at.options));
    must(trainer.train(at.batch));
    WORKS(trainer.save(path, "epoch 1"));
    const double expected = must(trainer.train(at.batch)).loss;
    seqnet::trainer moved = std::move(trainer);
    CHECK(moved && !trainer);
    WORKS(moved.load(path));
    CHECK(moved.note() == std::string("epoch 1") && moved.updates() == 1);
    CHECK(must(moved.train(at.batch)).loss == expected);
    WORKS(moved.reset());
    WORKS(moved.report(1.0));
    FAILS(moved.load("nothing/there"), SEQNET_EIO, "nothing/there");
    FAILS(trainer.reset(), SEQNET_EINVAL, "trainer");
}

} // namespace

TEST(training)
{
    a_trainer_learns();
    batches_are_checked();
    targets_of_other_shapes();
    the_trainers_context_is_lent();
    a_checkpoint_goes_on();
}
