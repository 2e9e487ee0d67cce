// SPDX-License-Identifier: MIT
//! Layers that C made: which parts they have, and which of those are known already.
//!
//! Two handles of one C layer must name the same stores, or a writer of the one would not see the
//! readers of the other. So a part that may be known is looked for among the known ones first.

use super::{Inner, Layer};
use crate::lease::Store;
use seqnet_sys as sys;
use std::ptr::NonNull;
use std::sync::Arc;

impl Layer {
    /// A handle for a new layer: takes over the reference that `raw` is. `known` are the layers
    /// made before that may be a part of it.
    pub(crate) fn adopt(raw: NonNull<sys::seqnet_layer>, known: &[Layer]) -> Layer {
        Layer::of_parts(raw, &mut known.to_vec())
    }

    fn of_parts(raw: NonNull<sys::seqnet_layer>, parts: &mut Vec<Layer>) -> Layer {
        let children = children_of(raw, parts);
        let tied = tied_to(raw, parts);
        let mut stores = vec![Arc::new(Store::default())];
        for part in children.iter().chain(&tied) {
            for store in part.stores() {
                if !stores.iter().any(|have| Arc::ptr_eq(have, store)) {
                    stores.push(store.clone());
                }
            }
        }
        let (stores, children) = (stores.into_boxed_slice(), children.into_boxed_slice());
        Layer { inner: Arc::new(Inner { raw, stores, children, tied }) }
    }

    /// A handle for a part that another layer lends.
    fn part(raw: NonNull<sys::seqnet_layer>, parts: &mut Vec<Layer>) -> Layer {
        if let Some(found) = parts.iter().find(|layer| layer.inner.raw == raw) {
            return found.clone();
        }
        // SAFETY: the layer is alive; this makes the reference that the new handle takes over.
        unsafe { sys::seqnet_layer_retain(raw.as_ptr()) };
        let part = Layer::of_parts(raw, parts);
        parts.push(part.clone());
        part
    }
}

fn children_of(raw: NonNull<sys::seqnet_layer>, parts: &mut Vec<Layer>) -> Vec<Layer> {
    let mut children = Vec::new();
    let child = |index: usize| {
        // SAFETY: the layer is alive; past the last child this gives NULL.
        unsafe { sys::seqnet_layer_child(raw.as_ptr(), index as i32) }
    };
    while let Some(raw) = NonNull::new(child(children.len())) {
        children.push(Layer::part(raw, parts));
    }
    children
}

fn tied_to(raw: NonNull<sys::seqnet_layer>, parts: &mut Vec<Layer>) -> Option<Layer> {
    let mut options = sys::seqnet_linear_options::default();
    // SAFETY: both are valid. Layers of other kinds are refused, and `options` stays as it is.
    unsafe { sys::seqnet_linear_get_options(raw.as_ptr(), &mut options) };
    NonNull::new(options.tied_embedding).map(|tied| Layer::part(tied, parts))
}
