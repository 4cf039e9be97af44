//! The exact text that a wallet shows and every signer of an update signs.
//!
//! Source of fact: observed on released clients, byte for byte. XIP-46 differs in the footer and the time: see
//! `xips/differences.md`.
use crate::{Action, MemberIdentifier};
use xmtp_types::{Identifier, InboxId, Timestamp};

const HEADER: &str = "XMTP : Authenticate to inbox";
const FOOTER: &str = "For more info: https://xmtp.org/signatures";
const SECONDS_PER_DAY: i64 = 86_400;

/// The text that every signer of an update signs: a wallet under EIP-191, an installation under Ed25519ph.
///
/// It shows identifiers as they are; the nonce, the recovery identifier and who adds whom are not in it.
pub fn signing_text<S>(inbox_id: &InboxId, at: Timestamp, actions: &[Action<S>]) -> String {
    // ID.R3
    let actions = actions.iter().map(action_text).collect::<Vec<_>>().join("\n");
    format!("{HEADER}\n\nInbox ID: {inbox_id}\nCurrent time: {}\n\n{actions}\n\n{FOOTER}", utc(at))
}

fn action_text<S>(action: &Action<S>) -> String {
    match action {
        Action::CreateInbox { initial, .. } => format!("- Create inbox\n  (Owner: {initial})"),
        Action::Add { new_member, .. } => {
            let verb = match kind(new_member) {
                Kind::Address => "Link address to inbox",
                Kind::Passkey => "Link passkey to inbox",
                Kind::Installation => "Grant messaging access to app",
            };
            format!("- {verb}\n  ({}: {new_member})", kind(new_member).label())
        }
        Action::Revoke { member, .. } => {
            let verb = match kind(member) {
                Kind::Address => "Unlink address from inbox",
                Kind::Passkey => "Unlink passkey from inbox",
                Kind::Installation => "Revoke messaging access from app",
            };
            format!("- {verb}\n  ({}: {member})", kind(member).label())
        }
        Action::ChangeRecovery { new_recovery, .. } => {
            format!("- Change inbox recovery address\n  (Address: {new_recovery})")
        }
    }
}

enum Kind {
    Address,
    Passkey,
    Installation,
}

impl Kind {
    const fn label(&self) -> &'static str {
        match self {
            Self::Address => "Address",
            Self::Passkey => "Passkey",
            Self::Installation => "ID",
        }
    }
}

const fn kind(member: &MemberIdentifier) -> Kind {
    match member {
        MemberIdentifier::Identifier(Identifier::Passkey { .. }) => Kind::Passkey,
        MemberIdentifier::Identifier(_) => Kind::Address,
        MemberIdentifier::Installation(_) | MemberIdentifier::MalformedInstallation(_) => Kind::Installation,
    }
}

/// RFC 3339 in UTC, whole seconds. Released clients hold nanoseconds in a signed 64-bit number, so the upper half of
/// the range lies before 1970.
fn utc(at: Timestamp) -> String {
    // ID.R4
    let seconds = at.as_nanos().cast_signed().div_euclid(1_000_000_000);
    let (year, month, day) = civil_date(seconds.div_euclid(SECONDS_PER_DAY));
    let second_of_day = seconds.rem_euclid(SECONDS_PER_DAY);
    let (hour, minute, second) = (second_of_day / 3600, second_of_day / 60 % 60, second_of_day % 60);
    format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}Z")
}

/// Year, month and day of a day counted from 1970-01-01. The range of a timestamp is 292 years either way, so walking
/// it year by year is cheap.
fn civil_date(mut day: i64) -> (i64, i64, i64) {
    let mut year = 1970;
    while day < 0 {
        year -= 1;
        day += days_in_year(year);
    }
    while day >= days_in_year(year) {
        day -= days_in_year(year);
        year += 1;
    }
    let mut month = 1;
    while day >= days_in_month(year, month) {
        day -= days_in_month(year, month);
        month += 1;
    }
    (year, month, day + 1)
}

const fn is_leap(year: i64) -> bool {
    year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
}

const fn days_in_year(year: i64) -> i64 {
    if is_leap(year) { 366 } else { 365 }
}

const fn days_in_month(year: i64, month: i64) -> i64 {
    match month {
        2 if is_leap(year) => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ethereum(address: &str) -> Identifier {
        Identifier::Ethereum(address.to_owned())
    }

    fn add(new_member: MemberIdentifier) -> Action<()> {
        Action::Add { new_member, existing_member_signature: (), new_member_signature: () }
    }

    fn revoke(member: MemberIdentifier) -> Action<()> {
        Action::Revoke { member, recovery_signature: () }
    }

    fn inbox() -> InboxId {
        "fcd18d86276d7a99fe522dba9660c420f03c8648785ada7c5daae232a3df77a9".parse().unwrap()
    }

    #[test] // ID.R3
    fn every_action_has_its_two_lines_in_order() {
        let wallet = ethereum("0x4567890abcdef1234567890abcdef12345678123");
        let short_key = MemberIdentifier::MalformedInstallation(vec![1, 2, 3]);
        let actions = [
            Action::CreateInbox {
                initial: ethereum("0x1234567890abcdef1234567890abcdef12345678"),
                nonce: 0,
                signature: (),
            },
            add(wallet.clone().into()),
            add(short_key.clone()),
            revoke(wallet.into()),
            revoke(short_key),
            Action::ChangeRecovery {
                new_recovery: ethereum("0x7890abcdef1234567890abcdef12345678123456"),
                recovery_signature: (),
            },
        ];
        let expected = "XMTP : Authenticate to inbox

Inbox ID: fcd18d86276d7a99fe522dba9660c420f03c8648785ada7c5daae232a3df77a9
Current time: 1970-01-01T00:00:00Z

- Create inbox
  (Owner: 0x1234567890abcdef1234567890abcdef12345678)
- Link address to inbox
  (Address: 0x4567890abcdef1234567890abcdef12345678123)
- Grant messaging access to app
  (ID: 010203)
- Unlink address from inbox
  (Address: 0x4567890abcdef1234567890abcdef12345678123)
- Revoke messaging access from app
  (ID: 010203)
- Change inbox recovery address
  (Address: 0x7890abcdef1234567890abcdef12345678123456)

For more info: https://xmtp.org/signatures";
        assert_eq!(signing_text(&inbox(), Timestamp::from_nanos(12), &actions), expected);
    }

    #[test] // ID.R3
    fn passkeys_have_lines_of_their_own_except_as_recovery() {
        let passkey = Identifier::Passkey { key: vec![0x04, 0xAA], relying_party: Some("example.org".into()) };
        let actions = [
            add(passkey.clone().into()),
            revoke(passkey.clone().into()),
            Action::ChangeRecovery { new_recovery: passkey.clone(), recovery_signature: () },
            Action::CreateInbox { initial: passkey, nonce: 7, signature: () },
        ];
        let text = signing_text(&inbox(), Timestamp::default(), &actions);
        assert!(text.contains(
            "\n\n- Link passkey to inbox\n  (Passkey: 04aa)\n- Unlink passkey from inbox\n  (Passkey: 04aa)\n\
             - Change inbox recovery address\n  (Address: 04aa)\n- Create inbox\n  (Owner: 04aa)\n\n"
        ));
    }

    #[test] // ID.R3
    fn no_actions_leave_four_line_breaks() {
        let text = signing_text::<()>(&inbox(), Timestamp::default(), &[]);
        assert!(text.ends_with("T00:00:00Z\n\n\n\nFor more info: https://xmtp.org/signatures"));
    }

    #[test] // ID.R4
    fn time_is_rounded_down_to_seconds_and_wraps_to_before_1970() {
        for (nanos, expected) in [
            (0, "1970-01-01T00:00:00Z"),
            (999_999_999, "1970-01-01T00:00:00Z"),
            (1_700_000_000_123_456_789, "2023-11-14T22:13:20Z"),
            (951_782_400_000_000_000, "2000-02-29T00:00:00Z"),
            (4_107_542_400_000_000_000, "2100-03-01T00:00:00Z"),
            (i64::MAX.cast_unsigned(), "2262-04-11T23:47:16Z"),
            (i64::MIN.cast_unsigned(), "1677-09-21T00:12:43Z"),
            (u64::MAX, "1969-12-31T23:59:59Z"),
        ] {
            assert_eq!(utc(Timestamp::from_nanos(nanos)), expected);
        }
    }
}
