/* SPDX-License-Identifier: MIT */
/*
 * One training from its data to its last epoch. Two files are written, the model and the checkpoint
 * beside it, each atomically, the model always first: what the checkpoint says about the best model
 * is then true of the file, and a crash between the two only means that the same model is written
 * once more.
 */
#ifndef SEQNET_TOOL_TRAINING_H
#define SEQNET_TOOL_TRAINING_H

#include "log.h"
#include "model_file.h"
#include "progress.h"
#include "score.h"

/*
 * Where a training is: all that its next steps depend on and that the trainer does not know itself.
 */
struct course {
    int64_t epoch;      /* from 0; epochs done */
    int64_t position;   /* of the training feed in this epoch */
    struct score sums;  /* of this epoch */
    double recent;      /* running mean of the loss, for people; 0 before the first batch */
    struct score best;  /* held-out result of the model that is kept */
    int64_t best_epoch; /* from 1; 0: none is kept yet */
};

struct training {
    struct problem problem;
    struct text data;
    json_t *identity; /* what a checkpoint must agree on: options and data */
    struct feed *feed;
    struct feed *held_out; /* NULL: nothing is held out */
    seqnet_layer *network;
    seqnet_model *model;
    seqnet_trainer *trainer;
    struct course course;
    struct progress progress;
    struct log log;
    char *checkpoint; /* its path */
    int64_t threads;
    double deadline; /* 0: none */
    double began;    /* when this run's first batch did */
    double tested;   /* seconds since then that went into tests and files */
    int64_t trained; /* targets in this run */
    double batches;  /* in this run */
    double saved;    /* when the last checkpoint was */
    int64_t saved_updates;
};

/* Reads the data, makes feeds, network and trainer; writes nothing. */
int training_open(struct training *training, const struct train_options *options);

void training_close(struct training *training);

/* From here to the last epoch, the deadline or a stop request (STATUS_INTERRUPTED). */
int training_run(struct training *training);

/* Tests on what is held out, keeps the model if it is the best one so far, and tells. */
int training_test(struct training *training, struct score *score);

/* ---- checkpoints ---- */

int checkpoint_save(struct training *training);

/* Goes on from the checkpoint if there is one; `found` says so. */
int checkpoint_load(struct training *training, int *found);

/* Saves if it is time to. */
int checkpoint_save_if_due(struct training *training);

#endif
