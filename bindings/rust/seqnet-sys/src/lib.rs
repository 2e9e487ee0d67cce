// SPDX-License-Identifier: MIT
//! Declarations of the C functions, structs and constants of libseqnet: one
//! module for each header in `include/seqnet`, whose comments are the documentation.
//!
//! The crate `seqnet` is the safe way to use them.
//!
//! Option structs are made with `Default`, which is the header's `X_INIT`: zero, which means
//! default everywhere, but for `struct_size`.
//!
//! ```
//! use seqnet_sys::*;
//! use std::ptr;
//!
//! let options = seqnet_recurrent_options { num_layers: 2, ..Default::default() };
//! let mut layer = ptr::null_mut();
//! unsafe {
//!     assert_eq!(seqnet_lstm_create(3, 4, &options, &mut layer), SEQNET_OK);
//!     assert_eq!(seqnet_layer_tensor_count(layer), 8);
//!     seqnet_layer_destroy(layer);
//! }
//! ```
#![allow(non_camel_case_types)]

/// Types that are only ever behind a pointer that C gave.
macro_rules! opaque {
    ($($name:ident),*) => {$(
        #[repr(C)]
        pub struct $name {
            _data: [u8; 0],
            _marker: ::std::marker::PhantomData<(*mut u8, ::std::marker::PhantomPinned)>,
        }
    )*};
}

macro_rules! default_is_zero {
    ($($name:ident),* $(,)?) => {$(
        impl Default for $name {
            fn default() -> Self {
                // SAFETY: integers, floats and raw pointers only, for which zero bits are a value.
                let zero: Self = unsafe { ::std::mem::zeroed() };
                Self { struct_size: ::std::mem::size_of::<Self>(), ..zero }
            }
        }
    )*};
}

pub mod context;
pub mod error;
pub mod interchange;
pub mod io;
pub mod layer;
pub mod runtime;
pub mod tensors;
pub mod text;
pub mod trainer;
pub mod version;

pub use context::*;
pub use error::*;
pub use interchange::*;
pub use io::*;
pub use layer::*;
pub use runtime::*;
pub use tensors::*;
pub use text::*;
pub use trainer::*;
pub use version::*;
