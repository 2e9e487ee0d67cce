// SPDX-License-Identifier: MIT
//! Steps an RNN of one unit with known weights and compares it with h = tanh(w x + u h + b).
use std::ffi::CStr;
use std::os::raw::{c_char, c_void};
use std::ptr::{null, null_mut};

extern "C" {
    fn seqnet_version_string() -> *const c_char;
    fn seqnet_rnn_create(
        inputs: i32,
        hidden: i32,
        options: *const c_void,
        layer: *mut *mut c_void,
    ) -> i32;
    fn seqnet_layer_set_parameter(
        layer: *mut c_void,
        name: *const c_char,
        values: *const f32,
        count: i64,
    ) -> i32;
    fn seqnet_layer_destroy(layer: *mut c_void);
    fn seqnet_context_create(
        layer: *mut c_void,
        options: *const c_void,
        context: *mut *mut c_void,
    ) -> i32;
    fn seqnet_context_step(context: *mut c_void, x: *const f32, y: *mut f32) -> i32;
    fn seqnet_context_destroy(context: *mut c_void);
}

const WEIGHTS: [(&[u8], f32); 4] = [
    (b"weight_ih_l0\0", 0.7),
    (b"weight_hh_l0\0", -0.4),
    (b"bias_ih_l0\0", 0.1),
    (b"bias_hh_l0\0", 0.05),
];

/// The largest difference over some steps.
unsafe fn worst() -> f32 {
    let (mut layer, mut context) = (null_mut(), null_mut());
    assert_eq!(seqnet_rnn_create(1, 1, null(), &mut layer), 0);
    for (name, value) in &WEIGHTS {
        assert_eq!(seqnet_layer_set_parameter(layer, name.as_ptr().cast(), value, 1), 0);
    }
    assert_eq!(seqnet_context_create(layer, null(), &mut context), 0);
    let (mut h, mut worst) = (0.0f32, 0.0f32);
    for step in 0..5 {
        let (x, mut y) = (step as f32 * 0.3 - 0.5, 0.0);
        assert_eq!(seqnet_context_step(context, &x, &mut y), 0);
        h = (0.7 * x - 0.4 * h + 0.15).tanh();
        worst = worst.max((y - h).abs());
    }
    seqnet_context_destroy(context);
    seqnet_layer_destroy(layer);
    worst
}

fn main() {
    let version = unsafe { CStr::from_ptr(seqnet_version_string()) };
    let right = unsafe { worst() } < 1e-6;
    println!("seqnet {}: {}", version.to_string_lossy(), if right { "right" } else { "wrong" });
}
