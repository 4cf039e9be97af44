//! What content types in JSON share: reading with patience, and points in time.
use crate::{ContentError, EncodedContent};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de::DeserializeOwned};
use serde_json::{Number, Value};
use xmtp_types::Timestamp;

/// A JSON object whose members are not fixed, sorted by name.
pub type JsonObject = serde_json::Map<String, Value>;

/// Reads content as JSON. Of a member that repeats, the last counts, as in the clients that write by hand.
pub(crate) fn value(encoded: &EncodedContent, what: &'static str) -> Result<Value, ContentError> {
    serde_json::from_slice(&encoded.content()?).map_err(|_| ContentError::Malformed { what })
}

/// A value of a type from JSON.
pub(crate) fn read<T: DeserializeOwned>(value: Value, what: &'static str) -> Result<T, ContentError> {
    T::deserialize(value).map_err(|_| ContentError::Malformed { what })
}

/// The JSON of content, without spaces and in the order of the fields.
///
/// Our types have no keys but text and no numbers but finite ones, which is all that could fail.
pub(crate) fn write(content: &impl Serialize) -> String {
    serde_json::to_string(content).unwrap_or_default()
}

/// Text, or a number as its decimal digits.
pub(crate) fn text<'de, D: Deserializer<'de>>(deserializer: D) -> Result<String, D::Error> {
    #[derive(Deserialize)]
    #[serde(untagged)]
    enum TextOrNumber {
        Text(String),
        Number(Number),
    }
    Ok(match TextOrNumber::deserialize(deserializer)? {
        TextOrNumber::Text(text) => text,
        TextOrNumber::Number(number) => number.to_string(),
    })
}

/// Text, or a whole number as wallets write it: `0x` and hexadecimal digits.
pub(crate) fn quantity<'de, D: Deserializer<'de>>(deserializer: D) -> Result<String, D::Error> {
    maybe_quantity(deserializer)?.ok_or_else(|| serde::de::Error::custom("neither text nor a whole number"))
}

/// As [`quantity`], or nothing.
pub(crate) fn maybe_quantity<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<String>, D::Error> {
    #[derive(Deserialize)]
    #[serde(untagged)]
    enum TextOrWhole {
        Text(String),
        Whole(u64),
    }
    Ok(Option::<TextOrWhole>::deserialize(deserializer)?.map(|found| match found {
        TextOrWhole::Text(text) => text,
        TextOrWhole::Whole(number) => format!("{number:#x}"),
    }))
}

/// A number, or text that spells one, or nothing.
pub(crate) fn maybe_number<'de, D, T>(deserializer: D) -> Result<Option<T>, D::Error>
where
    D: Deserializer<'de>,
    T: DeserializeOwned,
{
    #[derive(Deserialize)]
    #[serde(untagged, bound = "T: DeserializeOwned")]
    enum NumberOrText<T> {
        Number(T),
        Text(String),
    }
    match Option::deserialize(deserializer)? {
        None => Ok(None),
        Some(NumberOrText::Number(number)) => Ok(Some(number)),
        Some(NumberOrText::Text(text)) => {
            serde_json::from_str(text.trim()).map(Some).map_err(|_| serde::de::Error::custom("text that is no number"))
        }
    }
}

/// RFC 3339 in UTC with three decimals, which is as exact as any client is.
pub(crate) fn write_time<S: Serializer>(time: &Option<Timestamp>, serializer: S) -> Result<S::Ok, S::Error> {
    let instant = |time: Timestamp| jiff::Timestamp::from_nanosecond(i128::from(time.as_nanos())).unwrap_or_default();
    time.map(|time| instant(time).strftime("%Y-%m-%dT%H:%M:%S%.3fZ").to_string()).serialize(serializer)
}

/// RFC 3339 with any offset and precision, or nothing. Rounded down to milliseconds, since no more would be written;
/// what lies outside of what a [`Timestamp`] holds becomes the nearest that it does.
pub(crate) fn read_time<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Timestamp>, D::Error> {
    let Some(text) = Option::<String>::deserialize(deserializer)? else { return Ok(None) };
    let time: jiff::Timestamp = text.parse().map_err(|_| serde::de::Error::custom("no time"))?;
    let millis = u64::try_from(time.as_millisecond().max(0)).unwrap_or_default();
    Ok(Some(Timestamp::from_nanos(millis.min(u64::MAX / 1_000_000).saturating_mul(1_000_000))))
}
