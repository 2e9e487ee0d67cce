// SPDX-License-Identifier: MIT
//! Vocabularies: text to tokens and back.

use crate::convert::{made, to_i32, to_usize};
use crate::error::{check, Code, Error, Result};
use seqnet_sys as sys;
use std::fmt;
use std::os::raw::c_char;
use std::ptr::{self, NonNull};
use std::slice;

/// What one symbol is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Level {
    /// A Unicode code point.
    #[default]
    Character,
    /// A byte, of any encoding.
    Byte,
    /// A run of what is no space.
    Word,
}

/// A symbol with a meaning of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Special {
    /// `<pad>`
    Pad,
    /// `<unk>`: symbols outside the vocabulary.
    Unknown,
    /// `<bos>`
    Begin,
    /// `<eos>`; line ends at word level.
    End,
}

impl Special {
    fn to_c(self) -> i32 {
        match self {
            Special::Pad => sys::SEQNET_PAD,
            Special::Unknown => sys::SEQNET_UNK,
            Special::Begin => sys::SEQNET_BOS,
            Special::End => sys::SEQNET_EOS,
        }
    }
}

/// A builder of a [`Vocabulary`], made by [`Vocabulary::builder`].
#[derive(Clone, Debug)]
#[must_use = "a builder does nothing before build()"]
pub struct VocabularyBuilder {
    level: Level,
    specials: i32,
    max_size: usize,
    min_count: usize,
    fold_case: bool,
    normalize: bool,
    split_punctuation: bool,
}

impl VocabularyBuilder {
    /// With these special symbols, which take the first tokens.
    pub fn specials(mut self, specials: &[Special]) -> Self {
        self.specials = specials.iter().fold(0, |all, special| all | special.to_c());
        self
    }

    /// Most frequent symbols to keep, special ones included; 0: all.
    pub fn max_size(mut self, max_size: usize) -> Self {
        self.max_size = max_size;
        self
    }

    /// Drops symbols seen less often.
    pub fn min_count(mut self, min_count: usize) -> Self {
        self.min_count = min_count;
        self
    }

    /// Unicode case folding first; not at byte level.
    pub fn fold_case(mut self, fold_case: bool) -> Self {
        self.fold_case = fold_case;
        self
    }

    /// Unicode normal form C first; not at byte level.
    pub fn normalize(mut self, normalize: bool) -> Self {
        self.normalize = normalize;
        self
    }

    /// Word level: each character but letters, marks, digits and apostrophes is a word.
    pub fn split_punctuation(mut self, split_punctuation: bool) -> Self {
        self.split_punctuation = split_punctuation;
        self
    }

    /// Collects the symbols of a text.
    ///
    /// # Errors
    ///
    /// [`Code::Format`]: the text is not UTF-8, and the level is not bytes.
    pub fn build(&self, text: impl AsRef<[u8]>) -> Result<Vocabulary> {
        const FUNCTION: &str = "VocabularyBuilder::build";
        let text = text.as_ref();
        let options = sys::seqnet_vocabulary_options {
            level: match self.level {
                Level::Character => sys::SEQNET_LEVEL_CHARACTER,
                Level::Byte => sys::SEQNET_LEVEL_BYTE,
                Level::Word => sys::SEQNET_LEVEL_WORD,
            },
            specials: self.specials,
            max_size: to_i32(FUNCTION, "max_size", self.max_size)?,
            min_count: to_i32(FUNCTION, "min_count", self.min_count)?,
            fold_case: self.fold_case.into(),
            normalize: self.normalize.into(),
            split_punctuation: self.split_punctuation.into(),
            ..Default::default()
        };
        let (from, mut vocabulary) = (text.as_ptr().cast(), ptr::null_mut());
        // SAFETY: the text has as many bytes as said; the rest is valid.
        check(unsafe {
            sys::seqnet_vocabulary_build(from, text.len(), &options, &mut vocabulary)
        })?;
        Ok(Vocabulary(made(FUNCTION, vocabulary)?))
    }
}

/// The symbols of a text and their tokens. It does not change, and may be shared by threads.
///
/// ```
/// use seqnet::{Level, Special, Vocabulary};
///
/// let words = Vocabulary::builder(Level::Word)
///     .specials(&[Special::Unknown])
///     .build("the cat and the dog")?;
/// let tokens = words.encode("the dog and the cow")?;
/// assert_eq!(words.decode(&tokens)?, b"the dog and the <unk>");
/// # Ok::<(), seqnet::Error>(())
/// ```
///
/// Symbols are borrowed from it:
///
/// ```compile_fail,E0505
/// let vocabulary = seqnet::Vocabulary::characters("abc").unwrap();
/// let symbol = vocabulary.symbol(0).unwrap();
/// drop(vocabulary);
/// println!("{:?}", symbol);
/// ```
pub struct Vocabulary(NonNull<sys::seqnet_vocabulary>);

// SAFETY: a C vocabulary does not change after its creation, and may be shared.
unsafe impl Send for Vocabulary {}
// SAFETY: as above.
unsafe impl Sync for Vocabulary {}

impl Drop for Vocabulary {
    fn drop(&mut self) {
        // SAFETY: nobody else has this pointer.
        unsafe { sys::seqnet_vocabulary_destroy(self.raw()) }
    }
}

impl Vocabulary {
    fn raw(&self) -> *mut sys::seqnet_vocabulary {
        self.0.as_ptr()
    }

    /// A builder of a vocabulary of this level.
    pub fn builder(level: Level) -> VocabularyBuilder {
        VocabularyBuilder {
            level,
            specials: 0,
            max_size: 0,
            min_count: 0,
            fold_case: false,
            normalize: false,
            split_punctuation: false,
        }
    }

    /// The characters of a text, the most frequent first.
    pub fn characters(text: &str) -> Result<Vocabulary> {
        Vocabulary::builder(Level::Character).build(text)
    }

    /// Number of tokens V.
    pub fn size(&self) -> usize {
        // SAFETY: the vocabulary is valid.
        to_usize(unsafe { sys::seqnet_vocabulary_size(self.raw()) })
    }

    /// What one symbol is.
    pub fn level(&self) -> Level {
        // SAFETY: the vocabulary is valid.
        match unsafe { sys::seqnet_vocabulary_level(self.raw()) } {
            sys::SEQNET_LEVEL_BYTE => Level::Byte,
            sys::SEQNET_LEVEL_WORD => Level::Word,
            _ => Level::Character,
        }
    }

    /// The token of a special symbol.
    pub fn special(&self, special: Special) -> Option<i32> {
        // SAFETY: the vocabulary is valid.
        let token = unsafe { sys::seqnet_vocabulary_special(self.raw(), special.to_c()) };
        Some(token).filter(|&token| token >= 0)
    }

    /// The token of a symbol.
    pub fn find(&self, symbol: impl AsRef<[u8]>) -> Option<i32> {
        let symbol = symbol.as_ref();
        let from = symbol.as_ptr().cast();
        // SAFETY: the symbol has as many bytes as said.
        let token = unsafe { sys::seqnet_vocabulary_find(self.raw(), from, symbol.len()) };
        Some(token).filter(|&token| token >= 0)
    }

    /// The symbol of a token.
    pub fn symbol(&self, token: i32) -> Result<&[u8]> {
        let (mut symbol, mut bytes) = (ptr::null(), 0);
        // SAFETY: all are valid.
        check(unsafe {
            sys::seqnet_vocabulary_symbol(self.raw(), token, &mut symbol, &mut bytes)
        })?;
        // SAFETY: the symbol has so many bytes, and lives as long as the vocabulary.
        Ok(unsafe { slice::from_raw_parts(symbol.cast(), bytes) })
    }

    /// Turns text into tokens.
    ///
    /// # Errors
    ///
    /// [`Code::Range`]: a symbol is not in the vocabulary, which has no `<unk>`; the message names
    /// it. [`Code::Format`]: the text is not UTF-8, and the level is not bytes.
    pub fn encode(&self, text: impl AsRef<[u8]>) -> Result<Vec<i32>> {
        let text = text.as_ref();
        let encode = |to: *mut i32, capacity: i64| {
            let (from, mut count) = (text.as_ptr().cast(), 0_i64);
            // SAFETY: the text has as many bytes as said, and `to` is NULL or has the capacity.
            let code = unsafe {
                let raw = self.raw();
                sys::seqnet_vocabulary_encode(raw, from, text.len(), to, capacity, &mut count)
            };
            check(code).map(|()| count)
        };
        let count = encode(ptr::null_mut(), 0)?;
        let mut tokens = vec![0; to_usize(count)];
        encode(tokens.as_mut_ptr(), count)?;
        Ok(tokens)
    }

    /// Turns tokens into text, which is UTF-8 unless the level is bytes. Words are joined by
    /// spaces.
    ///
    /// # Errors
    ///
    /// [`Code::Range`]: a token is outside the vocabulary.
    pub fn decode(&self, tokens: &[i32]) -> Result<Vec<u8>> {
        let count = tokens.len() as i64;
        filled(|to, capacity, bytes| {
            let from = tokens.as_ptr();
            // SAFETY: `tokens` has `count` of them, and the rest is as `filled` promises.
            unsafe { sys::seqnet_vocabulary_decode(self.raw(), from, count, to, capacity, bytes) }
        })
    }

    /// As [`decode`](Vocabulary::decode); [`Code::Format`] if the bytes are not UTF-8.
    pub fn decode_text(&self, tokens: &[i32]) -> Result<String> {
        into_text("Vocabulary::decode_text", self.decode(tokens)?)
    }

    /// The vocabulary as JSON, for a model's metadata.
    pub fn to_json(&self) -> Result<String> {
        let json = filled(|to, capacity, bytes| {
            // SAFETY: the vocabulary is valid, and the rest is as `filled` promises.
            unsafe { sys::seqnet_vocabulary_to_json(self.raw(), to, capacity, bytes) }
        })?;
        into_text("Vocabulary::to_json", json)
    }

    /// A vocabulary from the text that [`to_json`](Vocabulary::to_json) gave.
    pub fn from_json(json: &str) -> Result<Vocabulary> {
        let (from, mut vocabulary) = (json.as_ptr().cast(), ptr::null_mut());
        // SAFETY: the text has as many bytes as said; the rest is valid.
        check(unsafe {
            sys::seqnet_vocabulary_from_json(from, json.len(), ptr::null(), &mut vocabulary)
        })?;
        Ok(Vocabulary(made("Vocabulary::from_json", vocabulary)?))
    }
}

impl fmt::Debug for Vocabulary {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut text = f.debug_struct("Vocabulary");
        text.field("level", &self.level()).field("size", &self.size());
        text.finish_non_exhaustive()
    }
}

/// What a C function writes that is asked for the size first. `write` gets the place, NULL or with
/// room for the capacity, and where to say the bytes without the final 0.
fn filled(mut write: impl FnMut(*mut c_char, usize, &mut usize) -> i32) -> Result<Vec<u8>> {
    let mut bytes = 0;
    check(write(ptr::null_mut(), 0, &mut bytes))?;
    let mut text = vec![0_u8; bytes + 1];
    check(write(text.as_mut_ptr().cast(), text.len(), &mut bytes))?;
    text.truncate(bytes);
    Ok(text)
}

fn into_text(function: &str, bytes: Vec<u8>) -> Result<String> {
    String::from_utf8(bytes)
        .map_err(|_| Error::new(Code::Format, format!("{}: the text is not UTF-8", function)))
}
