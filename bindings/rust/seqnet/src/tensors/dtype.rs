// SPDX-License-Identifier: MIT
//! Element types.

use seqnet_sys as sys;

macro_rules! dtypes {
    ($($name:ident = $value:ident: $text:literal,)*) => {
        /// What the elements of an array are, by their name in a safetensors file.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        #[non_exhaustive]
        pub enum Dtype {
            $(#[doc = $text] $name,)*
            /// One that this crate is too old to know.
            Unknown,
        }

        impl Dtype {
            pub(crate) fn from_c(dtype: i32) -> Dtype {
                match dtype {
                    $(sys::$value => Dtype::$name,)*
                    _ => Dtype::Unknown,
                }
            }

            pub(crate) fn to_c(self) -> i32 {
                match self {
                    $(Dtype::$name => sys::$value,)*
                    Dtype::Unknown => 0,
                }
            }
        }

        #[cfg(test)]
        const ALL: &[Dtype] = &[$(Dtype::$name,)*];
    };
}

dtypes! {
    F64 = SEQNET_DTYPE_F64: "IEEE binary64.",
    F32 = SEQNET_DTYPE_F32: "IEEE binary32.",
    F16 = SEQNET_DTYPE_F16: "IEEE binary16.",
    BF16 = SEQNET_DTYPE_BF16: "The upper half of a binary32.",
    I64 = SEQNET_DTYPE_I64: "Signed, 64 bits.",
    I32 = SEQNET_DTYPE_I32: "Signed, 32 bits.",
    I16 = SEQNET_DTYPE_I16: "Signed, 16 bits.",
    I8 = SEQNET_DTYPE_I8: "Signed, 8 bits.",
    U64 = SEQNET_DTYPE_U64: "Unsigned, 64 bits.",
    U32 = SEQNET_DTYPE_U32: "Unsigned, 32 bits.",
    U16 = SEQNET_DTYPE_U16: "Unsigned, 16 bits.",
    U8 = SEQNET_DTYPE_U8: "Unsigned, 8 bits.",
    Bool = SEQNET_DTYPE_BOOL: "One byte each, 0 or 1.",
    F8E5M2 = SEQNET_DTYPE_F8_E5M2: "8 bits: 5 of exponent, 2 of mantissa.",
    F8E4M3 = SEQNET_DTYPE_F8_E4M3: "8 bits: 4 of exponent, 3 of mantissa.",
    F8E8M0 = SEQNET_DTYPE_F8_E8M0: "8 bits of exponent.",
    F8E4M3FNUZ = SEQNET_DTYPE_F8_E4M3FNUZ: "As F8E4M3, without negative zero and infinities.",
    F8E5M2FNUZ = SEQNET_DTYPE_F8_E5M2FNUZ: "As F8E5M2, without negative zero and infinities.",
    C64 = SEQNET_DTYPE_C64: "Two binary32: real, imaginary.",
}

#[cfg(test)]
mod tests {
    use super::{sys, Dtype, ALL};
    use std::ffi::CStr;

    /// Every type that the library names is one of ours, and the other way round.
    #[test]
    fn types_are_those_of_the_library() {
        for code in 0..100 {
            // SAFETY: it takes any number, and gives NULL or a text in static storage.
            let name = unsafe { sys::seqnet_dtype_name(code) };
            let ours = Dtype::from_c(code);
            assert_eq!(name.is_null(), ours == Dtype::Unknown, "{}", code);
            if !name.is_null() {
                // SAFETY: as above.
                let name = unsafe { CStr::from_ptr(name) }.to_str().unwrap().replace('_', "");
                assert_eq!(format!("{:?}", ours).to_uppercase(), name);
                assert_eq!(ours.to_c(), code);
            }
        }
        assert_eq!(ALL.len(), 19);
    }
}
