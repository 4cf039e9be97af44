//! What a user types or an environment holds: ids, addresses, accounts, networks.
#![no_main]

use libfuzzer_sys::fuzz_target;
use std::{fmt::Display, str::FromStr};
use xmtp_delivery::Environment;
use xmtp_types::{AccountId, GroupId, Identifier, InboxId, InstallationId, MessageId};

/// What is read is written so that it is read as the same.
fn check<T: Display + FromStr + PartialEq>(text: &str) {
    if let Ok(value) = text.parse::<T>() {
        let written = value.to_string();
        assert!(written.parse::<T>().is_ok_and(|again| again == value), "{text:?} became {written:?}");
    }
}

fuzz_target!(|text: &str| {
    check::<InboxId>(text);
    check::<GroupId>(text);
    check::<InstallationId>(text);
    check::<MessageId>(text);
    check::<AccountId>(text);
    let _ = text.parse::<Environment>();
    let _ = Identifier::ethereum(text);
    let _ = text.parse::<Identifier>();
});
