//! How domain values stand in our JSON: each as the one text it has on the wire.

use crate::Address;
use money::{Amount, Asset, CommandId, Timestamp};
use protocol::{Instance, PublicKey};
use serde::{Deserialize, Deserializer, Serializer, de};

/// A value with one text.
pub(crate) trait Text: Sized {
    /// Its text.
    fn written(&self) -> String;
    /// The value of a text.
    fn read(text: &str) -> Option<Self>;
}

macro_rules! text {
    ($($type:ty: $write:expr, $read:expr;)*) => {
        $(impl Text for $type {
            fn written(&self) -> String {
                let write: fn(&$type) -> String = $write;
                write(self)
            }
            fn read(text: &str) -> Option<$type> {
                let read: fn(&str) -> Option<$type> = $read;
                read(text)
            }
        })*
    };
}

text! {
    Amount: ToString::to_string, |text| Amount::parse(text).ok();
    Asset: ToString::to_string, |text| Asset::parse(text).ok();
    Timestamp: ToString::to_string, Timestamp::parse;
    Instance: ToString::to_string, |text| Instance::parse(text).ok();
    PublicKey: ToString::to_string, |text| PublicKey::parse(text).ok();
    Address: ToString::to_string, |text| Address::parse(text).ok();
    CommandId: |id| protocol::text::serial(*id), |text| protocol::text::parse_serial(text).ok();
    i64: ToString::to_string, |text| text.parse().ok();
}

pub(crate) fn serialize<T: Text, S: Serializer>(value: &T, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(&value.written())
}

pub(crate) fn deserialize<'de, T: Text, D: Deserializer<'de>>(deserializer: D) -> Result<T, D::Error> {
    let text = String::deserialize(deserializer)?;
    T::read(&text).ok_or_else(|| de::Error::custom(format_args!("{text:?} is not what should stand here")))
}

/// The same for values that may be absent.
pub(crate) mod maybe {
    use super::{Deserialize, Deserializer, Serializer, Text, de};

    pub(crate) fn serialize<T: Text, S: Serializer>(value: &Option<T>, serializer: S) -> Result<S::Ok, S::Error> {
        match value {
            Some(value) => serializer.serialize_some(&value.written()),
            None => serializer.serialize_none(),
        }
    }

    pub(crate) fn deserialize<'de, T: Text, D: Deserializer<'de>>(deserializer: D) -> Result<Option<T>, D::Error> {
        let Some(text) = Option::<String>::deserialize(deserializer)? else { return Ok(None) };
        T::read(&text).map(Some).ok_or_else(|| de::Error::custom(format_args!("{text:?} is not what should stand here")))
    }
}
