//! Transactions in words. What a message says of one is the word of its sender.
use super::clean;
use xmtp_content_types::{TransactionReference, WalletSendCalls};

/// Calls shown one by one.
const CALLS: usize = 10;

/// A transaction that was made, as its sender tells.
pub(super) fn transaction(reference: &TransactionReference) -> String {
    let told = reference.metadata.as_ref().map(|told| {
        let amount = told.amount.map(|amount| {
            let places = i32::try_from(told.decimals.unwrap_or_default()).unwrap_or(i32::MAX);
            format!(" of {} {}", amount / 10_f64.powi(places), line(told.currency.as_deref().unwrap_or_default()))
        });
        let kind = line(told.transaction_type.as_deref().unwrap_or("transaction"));
        let to = told.to_address.as_deref().map(|to| format!(" to {}", line(to))).unwrap_or_default();
        format!("{kind}{}{to}", amount.unwrap_or_default())
    });
    let told = told.unwrap_or_else(|| "a transaction".to_owned());
    format!("tells of {told}: {} on chain {}", line(&reference.reference), chain(&reference.network_id))
}

/// A request to sign, which this program never does.
pub(super) fn request(request: &WalletSendCalls) -> String {
    let mut text = format!("[request to a wallet, chain {}, from {}]", chain(&request.chain_id), line(&request.from));
    for call in request.calls.iter().take(CALLS) {
        let to = call.to.as_deref().map_or_else(|| "a new contract".to_owned(), line);
        let value = call.value.as_deref().map(|value| format!(", value {}", line(value))).unwrap_or_default();
        let what = call.metadata.as_ref().map(|told| format!(": {}", line(&told.description))).unwrap_or_default();
        text.push_str(&format!("\n  to {to}{value}{what}"));
    }
    if request.calls.len() > CALLS {
        text.push_str(&format!("\n  and {} more", request.calls.len() - CALLS));
    }
    text
}

/// The number of a chain as people know it, if it is one.
fn chain(id: &str) -> String {
    let number = id.strip_prefix("0x").and_then(|digits| u64::from_str_radix(digits, 16).ok());
    number.map_or_else(|| line(id), |number| number.to_string())
}

fn line(text: &str) -> String {
    clean(text).replace('\n', " ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use xmtp_content_types::{TransactionMetadata, WalletCall};

    #[test]
    fn an_amount_is_told_in_whole_units() {
        let bare = TransactionReference::ethereum(8453, "0xabc");
        assert_eq!(transaction(&bare), "tells of a transaction: 0xabc on chain 8453");
        let told = TransactionMetadata {
            transaction_type: Some("transfer".to_owned()),
            currency: Some("USDC".to_owned()),
            amount: Some(1_500_000.0),
            decimals: Some(6),
            to_address: Some("0xdef".to_owned()),
            ..TransactionMetadata::default()
        };
        let told = transaction(&bare.with_metadata(told));
        assert_eq!(told, "tells of transfer of 1.5 USDC to 0xdef: 0xabc on chain 8453");
    }

    #[test]
    fn a_request_lists_its_calls() {
        let call = WalletCall { to: Some("0x1".to_owned()), value: Some("0x2".to_owned()), ..WalletCall::default() };
        let shown = request(&WalletSendCalls::new(1, "0x3", vec![call]));
        assert_eq!(shown, "[request to a wallet, chain 1, from 0x3]\n  to 0x1, value 0x2");
    }
}
