// SPDX-License-Identifier: MIT
//! `Default` is what the library's own init functions write.
use seqnet_sys::*;
use std::mem::{size_of, MaybeUninit};

macro_rules! assert_default {
    ($($name:ident by $init:ident),* $(,)?) => {$(
        let mut theirs = MaybeUninit::<$name>::uninit();
        let theirs = unsafe {
            $init(theirs.as_mut_ptr(), size_of::<$name>());
            theirs.assume_init()
        };
        assert_eq!(format!("{:?}", $name::default()), format!("{:?}", theirs));
    )*};
}

#[test]
fn defaults_are_those_of_the_library() {
    assert_default! {
        seqnet_batch by seqnet_batch_init,
        seqnet_context_options by seqnet_context_options_init,
        seqnet_embedding_options by seqnet_embedding_options_init,
        seqnet_interchange_options by seqnet_interchange_options_init,
        seqnet_linear_options by seqnet_linear_options_init,
        seqnet_loss_options by seqnet_loss_options_init,
        seqnet_recurrent_options by seqnet_recurrent_options_init,
        seqnet_tensors_entry by seqnet_tensors_entry_init,
        seqnet_trainer_options by seqnet_trainer_options_init,
        seqnet_vocabulary_options by seqnet_vocabulary_options_init,
        seqnet_window by seqnet_window_init,
    }
}

#[test]
fn the_library_is_of_the_declared_version() {
    assert_eq!(unsafe { seqnet_version() }, SEQNET_VERSION);
}
