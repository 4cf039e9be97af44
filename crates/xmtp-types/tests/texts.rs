//! Ids and addresses as text: what was written is read again, and any other text gets an error.
use proptest::prelude::*;
use xmtp_types::{GroupId, Identifier, InboxId, InstallationId, MessageId};

proptest! {
    #[test]
    fn an_id_is_read_from_the_text_it_is_written_as(bytes: [u8; 32]) {
        let (inbox, installation, message) =
            (InboxId::from_bytes(bytes), InstallationId::from_bytes(bytes), MessageId::from_bytes(bytes));
        prop_assert_eq!(inbox.to_string().parse(), Ok(inbox));
        prop_assert_eq!(installation.to_string().parse(), Ok(installation));
        prop_assert_eq!(message.to_string().parse(), Ok(message));
    }

    #[test]
    fn a_group_id_of_any_length_but_none_is_read_from_its_text(bytes in proptest::collection::vec(any::<u8>(), 1..40)) {
        let group = GroupId::from(bytes);
        prop_assert_eq!(group.to_string().parse(), Ok(group));
    }

    #[test]
    fn an_address_is_read_in_any_letter_case_and_written_lowercase(address in "0x[0-9a-fA-F]{40}") {
        prop_assert_eq!(Identifier::ethereum(&address).unwrap().to_string(), address.to_lowercase());
    }

    #[test]
    fn only_the_one_text_of_an_id_is_read(text in "[0-9a-fA-FxX]{62,66}|.*") {
        let is_id = text.len() == 64 && text.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'));
        prop_assert_eq!(text.parse::<InboxId>().is_ok(), is_id);
        prop_assert_eq!(text.parse::<InstallationId>().is_ok(), is_id);
        prop_assert_eq!(text.parse::<MessageId>().is_ok(), is_id);
        let is_hex = !text.is_empty() && text.len() % 2 == 0 && text.bytes().all(|byte| byte.is_ascii_hexdigit());
        prop_assert_eq!(text.parse::<GroupId>().is_ok(), is_hex);
        prop_assert_eq!(Identifier::ethereum(&text).is_ok(), text.len() == 42 && text.starts_with("0x") && {
            text.bytes().skip(2).all(|byte| byte.is_ascii_hexdigit())
        });
    }

    #[test]
    fn bytes_of_another_length_are_no_id(bytes in proptest::collection::vec(any::<u8>(), 0..70)) {
        prop_assert_eq!(InstallationId::try_from(bytes.as_slice()).is_ok(), bytes.len() == 32);
        prop_assert_eq!(MessageId::try_from(bytes.as_slice()).is_ok(), bytes.len() == 32);
    }
}
