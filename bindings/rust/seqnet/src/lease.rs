// SPDX-License-Identifier: MIT
//! Who uses the parameters of a layer: any number of readers, or one writer.
//!
//! The C library lets any number of threads read a layer's parameters and demands that whoever
//! writes them is alone, but checks neither. Here each layer that owns parameters has a [`Store`],
//! a count of those who use them; composed layers name the stores of all their parts, since they
//! share the parts' parameters. A context is a reader from its creation to its end, so that a step
//! need not ask. Writers ask on each call. Nobody waits: who cannot have a lease gets
//! [`Code::Busy`](crate::Code::Busy).

use crate::error::{Code, Error, Result};
use crate::layer::Layer;
use std::sync::atomic::{AtomicUsize, Ordering};

const WRITING: usize = usize::MAX;
const MOST_READERS: usize = usize::MAX / 2;

/// 0: idle; `WRITING`: one writer; else the number of readers.
#[derive(Default)]
pub(crate) struct Store(AtomicUsize);

impl Store {
    fn try_read(&self) -> bool {
        let one_more = |users| if users < MOST_READERS { Some(users + 1) } else { None };
        self.0.fetch_update(Ordering::Acquire, Ordering::Relaxed, one_more).is_ok()
    }

    fn try_write(&self) -> bool {
        self.0.compare_exchange(0, WRITING, Ordering::Acquire, Ordering::Relaxed).is_ok()
    }

    fn end_read(&self) {
        self.0.fetch_sub(1, Ordering::Release);
    }

    fn end_write(&self) {
        self.0.store(0, Ordering::Release);
    }
}

/// All stores of the layer taken with `take`, or none of them and `false`.
fn take_all(layer: &Layer, take: fn(&Store) -> bool, give_back: fn(&Store)) -> bool {
    let stores = layer.stores();
    let taken = stores.iter().take_while(|store| take(store)).count();
    if taken < stores.len() {
        stores[..taken].iter().for_each(|store| give_back(store));
    }
    taken == stores.len()
}

/// Leave to read the parameters of a layer.
pub(crate) struct Reading(Layer);

impl Reading {
    pub(crate) fn new(function: &str, layer: &Layer) -> Result<Reading> {
        if take_all(layer, Store::try_read, Store::end_read) {
            return Ok(Reading(layer.clone()));
        }
        let message = format!("{}: another thread is writing the layer's parameters", function);
        Err(Error::new(Code::Busy, message))
    }
}

impl Drop for Reading {
    fn drop(&mut self) {
        self.0.stores().iter().for_each(|store| store.end_read());
    }
}

/// Leave to write the parameters of a layer, alone.
pub(crate) struct Writing<'a>(&'a Layer);

impl<'a> Writing<'a> {
    pub(crate) fn new(function: &str, layer: &'a Layer) -> Result<Writing<'a>> {
        if take_all(layer, Store::try_write, Store::end_write) {
            return Ok(Writing(layer));
        }
        let message = format!(
            "{}: the layer's parameters are in use, need that no context of it (or of a layer that \
             shares them) is alive",
            function
        );
        Err(Error::new(Code::Busy, message))
    }
}

impl Drop for Writing<'_> {
    fn drop(&mut self) {
        self.0.stores().iter().for_each(|store| store.end_write());
    }
}

#[cfg(test)]
mod tests {
    use super::Store;

    #[test]
    fn readers_share_and_writers_are_alone() {
        let store = Store::default();
        assert!(store.try_read() && store.try_read());
        assert!(!store.try_write());
        store.end_read();
        assert!(!store.try_write());
        store.end_read();
        assert!(store.try_write());
        assert!(!store.try_write() && !store.try_read());
        store.end_write();
        assert!(store.try_read());
    }
}
