/* SPDX-License-Identifier: MIT */
/* Vocabularies, corpora, datasets. */
#include "check.hpp"

#include <string>
#include <utility>
#include <vector>

namespace
{

void text_becomes_tokens_and_text_again()
{
    seqnet::vocabulary_options options;
    options.level = seqnet::level::word;
    options.specials = SEQNET_UNK;
    const seqnet::vocabulary words = must(seqnet::vocabulary::build("a rose is a rose", options));
    CHECK(words.size() == 4 && words.level() == seqnet::level::word);
    CHECK(words.special(SEQNET_UNK) == 0 && words.special(SEQNET_PAD) == -1);
    CHECK(must(words.symbol(words.find("rose"))) == "rose" && words.find("lily") == -1);
    const std::vector<int32_t> tokens = must(words.encode("is a lily"));
    CHECK(tokens.size() == 3 && tokens[2] == 0);
    CHECK(must(words.decode(tokens)) == "is a <unk>");
    CHECK(must(words.encode("")).empty() && must(words.decode({})).empty());
    const seqnet::vocabulary again = must(seqnet::vocabulary::from_json(must(words.to_json())));
    CHECK(again.find("rose") == words.find("rose") && again.size() == 4);
}

void text_that_does_not_fit_is_refused()
{
    const seqnet::vocabulary letters = must(seqnet::vocabulary::build("abc"));
    FAILS(letters.encode("abd"), SEQNET_ERANGE, "seqnet_vocabulary_encode");
    const int32_t wrong[] = { 0, 3 };
    FAILS(letters.decode(wrong), SEQNET_ERANGE, "3");
    FAILS(letters.symbol(3), SEQNET_ERANGE, "3");
    FAILS(seqnet::vocabulary::build("\xff"), SEQNET_EFORMAT, "UTF-8");
    FAILS(seqnet::vocabulary::from_json("{"), SEQNET_EFORMAT, "seqnet_vocabulary_from_json");
}

void one_hot_rows_have_room()
{
    const int32_t tokens[] = { 2, 0 };
    std::vector<float> rows(6, 9.0f);
    WORKS(seqnet::one_hot(tokens, 3, rows));
    CHECK(rows == (std::vector<float>{ 0, 0, 1, 1, 0, 0 }));
    rows.pop_back();
    FAILS(seqnet::one_hot(tokens, 3, rows), SEQNET_ESHAPE, "out.size() = 5, need 6");
}

void a_corpus_is_read_in_windows()
{
    const std::vector<int32_t> tokens = { 0, 1, 2, 3, 4, 5, 6, 7 };
    seqnet::corpus corpus = must(seqnet::corpus::create(tokens, 2));
    std::vector<int32_t> inputs(4), targets(4);
    CHECK(corpus.steps() == 3);
    CHECK(must(corpus.next(2, inputs, targets)) == 2 && corpus.position() == 2);
    CHECK(inputs == (std::vector<int32_t>{ 0, 4, 1, 5 }) && targets[3] == 6);
    CHECK(must(corpus.next(2, inputs, targets)) == 1 && must(corpus.next(2, inputs, targets)) == 0);
    WORKS(corpus.seek(1));
    FAILS(corpus.seek(4), SEQNET_ERANGE, "position = 4");
    FAILS(corpus.next(3, inputs, targets), SEQNET_ESHAPE, "inputs.size() = 4, need 6");
    FAILS(corpus.next(0, inputs, targets), SEQNET_EINVAL, "max_steps = 0");
    FAILS(seqnet::corpus::create(tokens, 8), SEQNET_ESHAPE, "seqnet_corpus_create");
}

void a_dataset_is_read_in_batches()
{
    seqnet::dataset dataset = must(seqnet::dataset::create(true, 9));
    const std::vector<int32_t> three = { 1, 2, 3 }, one = { 7 };
    WORKS(dataset.add(three, three));
    WORKS(dataset.add(one, one));
    WORKS(dataset.add({}, {}));
    FAILS(dataset.add(three, one), SEQNET_ESHAPE, "targets.size() = 1, need 3");
    CHECK(dataset.count() == 3 && dataset.max_length() == 3);
    std::vector<int32_t> inputs(6), targets(6), lengths(2);
    FAILS(dataset.next(inputs, targets, lengths), SEQNET_ESTATE, "seqnet_dataset_next");
    FAILS(dataset.seek(0), SEQNET_ESTATE, "seqnet_dataset_seek");
    WORKS(dataset.start(2, 0));
    seqnet::dataset::shape shape = must(dataset.next(inputs, targets, lengths));
    CHECK(shape.steps == 1 && shape.batch == 2 && lengths[1] == 1 && inputs[0] == 9);
    shape = must(dataset.next(inputs, targets, lengths));
    CHECK(shape.steps == 3 && shape.batch == 1 &&
          inputs == (std::vector<int32_t>{ 1, 2, 3, 0, 0, 0 }));
    CHECK(must(dataset.next(inputs, targets, lengths)).steps == 0 && dataset.position() == 2);
    WORKS(dataset.seek(1));
    lengths.pop_back();
    FAILS(dataset.next(inputs, targets, lengths), SEQNET_ESHAPE, "lengths.size() = 1, need 2");
    seqnet::dataset classes = must(seqnet::dataset::create(false, 0));
    FAILS(classes.add(one, three), SEQNET_ESHAPE, "targets.size() = 3, need 1");
}

void texts_move()
{
    seqnet::vocabulary letters = must(seqnet::vocabulary::build("abc"));
    seqnet::vocabulary moved = std::move(letters);
    CHECK(moved.size() == 3 && !letters && letters.size() == 0);
    seqnet::vocabulary_options bytes;
    bytes.level = seqnet::level::byte;
    letters = must(seqnet::vocabulary::build("ab", bytes));
    CHECK(letters.size() == 2);
    FAILS(seqnet::vocabulary().encode("a"), SEQNET_EINVAL, "vocabulary");
    FAILS(seqnet::corpus().seek(0), SEQNET_EINVAL, "corpus");
    FAILS(seqnet::dataset().start(1, 0), SEQNET_EINVAL, "dataset");
}

} // namespace

TEST(texts)
{
    text_becomes_tokens_and_text_again();
    text_that_does_not_fit_is_refused();
    one_hot_rows_have_room();
    a_corpus_is_read_in_windows();
    a_dataset_is_read_in_batches();
    texts_move();
}
