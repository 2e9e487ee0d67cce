// SPDX-License-Identifier: MIT
//! Declarations of `seqnet/trainer.h`.

use crate::context::seqnet_context;
use crate::layer::seqnet_layer;
use crate::runtime::seqnet_allocator;

use std::os::raw::c_char;

pub const SEQNET_CROSS_ENTROPY: i32 = 0;
pub const SEQNET_MEAN_SQUARED_ERROR: i32 = 1;
pub const SEQNET_EVERY_STEP: i32 = 0;
pub const SEQNET_LAST_STEP: i32 = 1;
pub const SEQNET_MEAN_STEP: i32 = 2;
pub const SEQNET_REPEAT_STEP: i32 = 3;
pub const SEQNET_SGD: i32 = 0;
pub const SEQNET_ADAGRAD: i32 = 1;
pub const SEQNET_RMSPROP: i32 = 2;
pub const SEQNET_ADAM: i32 = 3;
pub const SEQNET_ADAMW: i32 = 4;
pub const SEQNET_CONSTANT: i32 = 0;
pub const SEQNET_STEP: i32 = 1;
pub const SEQNET_EXPONENTIAL: i32 = 2;
pub const SEQNET_COSINE: i32 = 3;
pub const SEQNET_PLATEAU: i32 = 4;

opaque!(seqnet_trainer);

#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct seqnet_loss_options {
    pub struct_size: usize,
    pub loss: i32,
    pub target_mode: i32,
    pub has_ignore_index: i32,
    pub ignore_index: i32,
}

#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct seqnet_trainer_options {
    pub struct_size: usize,
    pub allocator: *const seqnet_allocator,
    pub loss: *const seqnet_loss_options,
    pub seed: u64,
    pub max_batch: i32,
    pub back_steps: i32,
    pub update_steps: i32,
    pub burn_in: i32,
    pub carry: i32,
    pub accumulate: i32,
    pub optimizer: i32,
    pub nesterov: i32,
    pub learning_rate: f64,
    pub momentum: f64,
    pub beta1: f64,
    pub beta2: f64,
    pub epsilon: f64,
    pub weight_decay: f64,
    pub clip_value: f64,
    pub clip_norm: f64,
    pub schedule: i32,
    pub patience: i32,
    pub warmup: i64,
    pub period: i64,
    pub gamma: f64,
    pub min_learning_rate: f64,
    pub threads: i32,
    pub recompute: i32,
}

#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct seqnet_batch {
    pub struct_size: usize,
    pub x: *const f32,
    pub tokens: *const i32,
    pub targets: *const i32,
    pub target_values: *const f32,
    pub lengths: *const i32,
    pub steps: i32,
    pub batch: i32,
    pub batch_major: i32,
    pub reserved: i32,
}

#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct seqnet_result {
    pub struct_size: usize,
    pub loss: f64,
    pub count: i64,
    pub correct: i64,
    pub updates: i64,
    pub gradient_norm: f64,
    pub learning_rate: f64,
}

default_is_zero!(seqnet_loss_options, seqnet_trainer_options, seqnet_batch, seqnet_result);

extern "C" {
    pub fn seqnet_loss_options_init(options: *mut seqnet_loss_options, struct_size: usize);
    pub fn seqnet_trainer_options_init(options: *mut seqnet_trainer_options, struct_size: usize);
    pub fn seqnet_trainer_create(
        layer: *mut seqnet_layer,
        options: *const seqnet_trainer_options,
        trainer: *mut *mut seqnet_trainer,
    ) -> i32;
    pub fn seqnet_trainer_destroy(trainer: *mut seqnet_trainer);
    pub fn seqnet_batch_init(batch: *mut seqnet_batch, struct_size: usize);
    pub fn seqnet_trainer_train(
        trainer: *mut seqnet_trainer,
        batch: *const seqnet_batch,
        result: *mut seqnet_result,
    ) -> i32;
    pub fn seqnet_trainer_update(trainer: *mut seqnet_trainer, result: *mut seqnet_result) -> i32;
    pub fn seqnet_trainer_context(trainer: *mut seqnet_trainer) -> *mut seqnet_context;
    pub fn seqnet_trainer_reset(trainer: *mut seqnet_trainer) -> i32;
    pub fn seqnet_trainer_report(trainer: *mut seqnet_trainer, validation_loss: f64) -> i32;
    pub fn seqnet_trainer_learning_rate(trainer: *const seqnet_trainer) -> f64;
    pub fn seqnet_trainer_updates(trainer: *const seqnet_trainer) -> i64;
    pub fn seqnet_evaluate(
        context: *mut seqnet_context,
        loss: *const seqnet_loss_options,
        batch: *const seqnet_batch,
        result: *mut seqnet_result,
    ) -> i32;
    pub fn seqnet_trainer_save(
        trainer: *mut seqnet_trainer,
        path: *const c_char,
        note: *const c_char,
    ) -> i32;
    pub fn seqnet_trainer_load(trainer: *mut seqnet_trainer, path: *const c_char) -> i32;
    pub fn seqnet_trainer_note(trainer: *const seqnet_trainer) -> *const c_char;
}
