//! The message secrets of a group in two parts: what stands as long as an epoch does, and what every message changes.
//!
//! The library hands all of it over with each message sent or read: for the current and each past epoch the secrets, the
//! context of the group, and of past ones the members. In a large group that is a quarter of a megabyte, of which a
//! message changes one ratchet of the current epoch. Ratchets come last, so what is encoded is cut in front of them. Both
//! parts one after the other are the encoding of the whole.
//!
//! Source of fact: the shape of the library's `MessageSecretsStore`; one that has another is refused, not cut elsewhere.
use postcard::ser_flavors::Flavor;
use serde::{
    Serialize, Serializer,
    ser::{self, Impossible, SerializeStruct},
};
use std::fmt;
use zeroize::Zeroizing;

/// The member that holds the secrets of the current epoch, and the first one in it that a message changes.
const CURRENT_EPOCH: &str = "message_secrets";
const RATCHETS: &str = "secret_tree";

/// Which message secrets of a group are to be written. The greater includes the lesser.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub(crate) enum Secrets {
    /// None yet: whoever says so writes them before the transaction ends.
    Later,
    /// Those that a message of the current epoch changes.
    Ratchets,
    /// All.
    Whole,
}

/// Message secrets, encoded.
pub(super) struct Parts {
    /// What stands as long as the epoch does. Empty if it was not asked for.
    pub(super) epochs: Zeroizing<Vec<u8>>,
    /// What every message of the current epoch changes.
    pub(super) ratchets: Zeroizing<Vec<u8>>,
}

/// Encodes message secrets; `None` if they are not of the shape they are known to have.
pub(super) fn encode<T: Serialize>(value: &T, which: Secrets) -> Option<Parts> {
    let mut cutter = Cutter { parts: [Vec::new(), Vec::new()], is_behind: false, has_epochs: which == Secrets::Whole };
    value.serialize(&mut cutter).ok()?;
    let [epochs, ratchets] = cutter.parts.map(Zeroizing::new);
    cutter.is_behind.then_some(Parts { epochs, ratchets })
}

struct Cutter {
    parts: [Vec<u8>; 2],
    is_behind: bool,
    has_epochs: bool,
}

/// The value has another shape.
#[derive(Debug)]
struct OtherShape;

impl Cutter {
    fn append<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), OtherShape> {
        let [epochs, ratchets] = &mut self.parts;
        let part = if self.is_behind { ratchets } else { epochs };
        postcard::serialize_with_flavor(value, Appended(part)).map_err(|_| OtherShape)
    }
}

/// Writes behind what is there. The encoder's own extends by an iterator for each byte, and nearly all of message secrets is
/// written byte by byte: of reading a commit of a large group, that took the most time.
struct Appended<'v>(&'v mut Vec<u8>);

impl Flavor for Appended<'_> {
    type Output = ();

    fn try_push(&mut self, byte: u8) -> postcard::Result<()> {
        self.0.push(byte);
        Ok(())
    }

    fn try_extend(&mut self, bytes: &[u8]) -> postcard::Result<()> {
        self.0.extend_from_slice(bytes);
        Ok(())
    }

    fn finalize(self) -> postcard::Result<()> {
        Ok(())
    }
}

impl SerializeStruct for &mut Cutter {
    type Ok = ();
    type Error = OtherShape;

    fn serialize_field<T: Serialize + ?Sized>(&mut self, name: &'static str, value: &T) -> Result<(), OtherShape> {
        if name == CURRENT_EPOCH {
            return value.serialize(&mut **self);
        }
        self.is_behind |= name == RATCHETS;
        if self.is_behind || self.has_epochs { self.append(value) } else { Ok(()) }
    }

    fn end(self) -> Result<(), OtherShape> {
        Ok(())
    }
}

impl fmt::Display for OtherShape {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("message secrets have another shape")
    }
}

impl std::error::Error for OtherShape {}

impl ser::Error for OtherShape {
    fn custom<T: fmt::Display>(_: T) -> Self {
        Self
    }
}

/// Methods of a serializer for values that are no struct.
macro_rules! other_shapes {
    ($($method:ident($($value:ty),*)),*) => {
        $(fn $method(self, $(_: $value),*) -> Result<(), OtherShape> {
            Err(OtherShape)
        })*
    };
}

impl Serializer for &mut Cutter {
    type Ok = ();
    type Error = OtherShape;
    type SerializeSeq = Impossible<(), OtherShape>;
    type SerializeTuple = Impossible<(), OtherShape>;
    type SerializeTupleStruct = Impossible<(), OtherShape>;
    type SerializeTupleVariant = Impossible<(), OtherShape>;
    type SerializeMap = Impossible<(), OtherShape>;
    type SerializeStruct = Self;
    type SerializeStructVariant = Impossible<(), OtherShape>;

    other_shapes! {
        serialize_bool(bool), serialize_i8(i8), serialize_i16(i16), serialize_i32(i32), serialize_i64(i64),
        serialize_u8(u8), serialize_u16(u16), serialize_u32(u32), serialize_u64(u64), serialize_f32(f32),
        serialize_f64(f64), serialize_char(char), serialize_str(&str), serialize_bytes(&[u8]), serialize_none(),
        serialize_unit(), serialize_unit_struct(&'static str), serialize_unit_variant(&'static str, u32, &'static str)
    }

    fn serialize_some<T: Serialize + ?Sized>(self, _: &T) -> Result<(), OtherShape> {
        Err(OtherShape)
    }

    fn serialize_newtype_struct<T: Serialize + ?Sized>(self, _: &'static str, _: &T) -> Result<(), OtherShape> {
        Err(OtherShape)
    }

    fn serialize_newtype_variant<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        _: u32,
        _: &'static str,
        _: &T,
    ) -> Result<(), OtherShape> {
        Err(OtherShape)
    }

    fn serialize_seq(self, _: Option<usize>) -> Result<Self::SerializeSeq, OtherShape> {
        Err(OtherShape)
    }

    fn serialize_tuple(self, _: usize) -> Result<Self::SerializeTuple, OtherShape> {
        Err(OtherShape)
    }

    fn serialize_tuple_struct(self, _: &'static str, _: usize) -> Result<Self::SerializeTupleStruct, OtherShape> {
        Err(OtherShape)
    }

    fn serialize_tuple_variant(
        self,
        _: &'static str,
        _: u32,
        _: &'static str,
        _: usize,
    ) -> Result<Self::SerializeTupleVariant, OtherShape> {
        Err(OtherShape)
    }

    fn serialize_map(self, _: Option<usize>) -> Result<Self::SerializeMap, OtherShape> {
        Err(OtherShape)
    }

    fn serialize_struct(self, _: &'static str, _: usize) -> Result<Self, OtherShape> {
        Ok(self)
    }

    fn serialize_struct_variant(
        self,
        _: &'static str,
        _: u32,
        _: &'static str,
        _: usize,
    ) -> Result<Self::SerializeStructVariant, OtherShape> {
        Err(OtherShape)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[derive(Debug, Serialize)]
    struct Store {
        max_epochs: usize,
        past: Vec<Vec<u8>>,
        message_secrets: Current,
    }

    #[derive(Debug, Serialize)]
    struct Current {
        key: Vec<u8>,
        secret_tree: Vec<Option<u32>>,
        added_at: Option<u64>,
    }

    fn store() -> impl Strategy<Value = Store> {
        (any::<usize>(), any::<Vec<Vec<u8>>>(), any::<Vec<u8>>(), any::<Vec<Option<u32>>>(), any::<Option<u64>>())
            .prop_map(|(max_epochs, past, key, secret_tree, added_at)| Store {
                max_epochs,
                past,
                message_secrets: Current { key, secret_tree, added_at },
            })
    }

    proptest! {
        #[test]
        fn both_parts_one_after_the_other_are_the_whole(store in store()) {
            let parts = encode(&store, Secrets::Whole).unwrap();
            let whole = [parts.epochs.as_slice(), &parts.ratchets].concat();
            prop_assert_eq!(whole, postcard::to_stdvec(&store).unwrap());
            let ratchets = encode(&store, Secrets::Ratchets).unwrap();
            prop_assert!(ratchets.epochs.is_empty());
            prop_assert_eq!(ratchets.ratchets, parts.ratchets);
        }
    }

    #[test]
    fn a_value_of_another_shape_is_not_cut() {
        #[derive(Serialize)]
        struct Other {
            message_secrets: u8,
        }
        #[derive(Serialize)]
        struct Renamed {
            message_secrets: Tree,
        }
        #[derive(Serialize)]
        struct Tree {
            tree: u8,
        }
        assert!(encode(&Other { message_secrets: 1 }, Secrets::Whole).is_none());
        assert!(encode(&Renamed { message_secrets: Tree { tree: 1 } }, Secrets::Whole).is_none());
        assert!(encode(&(1, 2), Secrets::Whole).is_none());
    }
}
