//! Contents that have fields of their own, as the official client names them.
use serde_json::{Number, Value};

/// One such content: bytes are hex, nanoseconds text, and what is not set is absent.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) struct Fields {
    /// Authority and type.
    pub(crate) type_id: String,
    pub(crate) fields: Value,
    /// What is shown where the type cannot be read.
    pub(crate) fallback: Option<String>,
}

impl Fields {
    /// Whether a type is compared by its fields.
    pub(crate) fn has(type_id: &str) -> bool {
        [
            "xmtp.org/attachment",
            "xmtp.org/remoteStaticAttachment",
            "xmtp.org/multiRemoteStaticAttachment",
            "xmtp.org/transactionReference",
            "xmtp.org/walletSendCalls",
            "coinbase.com/actions",
            "coinbase.com/intent",
        ]
        .contains(&type_id)
    }
}

/// Without members that are null, and with whole numbers written one way: JavaScript has one kind of number.
pub(crate) fn plain(value: Value) -> Value {
    match value {
        Value::Object(members) => members
            .into_iter()
            .filter(|(_, value)| !value.is_null())
            .map(|(name, value)| (name, plain(value)))
            .collect(),
        Value::Array(items) => items.into_iter().map(plain).collect(),
        Value::Number(number) => Value::Number(whole(&number).unwrap_or(number)),
        other => other,
    }
}

fn whole(number: &Number) -> Option<Number> {
    let float = number.as_f64().filter(|float| float.fract() == 0.0)?;
    format!("{float:.0}").parse::<i64>().ok().map(Number::from)
}
