use super::*;
use proptest::prelude::*;

fn inbox(byte: u8) -> InboxId {
    InboxId::from_bytes([byte; 32])
}

#[test]
fn immutable_metadata_stands_behind_a_length_prefix() {
    let group =
        ImmutableMetadata { kind: ConversationKind::Group, creator: inbox(0xaa), dm_members: None, oneshot: None };
    let data = group.encode().unwrap();
    // 68 bytes of protobuf take a length prefix of two bytes; type 1 is a group, field 3 the creator.
    assert_eq!(data[..6], [0x40, 68, 0x08, 0x01, 0x1a, 64]);
    assert_eq!(data[6..], *"aa".repeat(32).as_bytes());
    assert_eq!(ImmutableMetadata::decode(&data), Ok(group));
    assert!(ImmutableMetadata::decode(&data[2..]).is_err());
    assert!(ImmutableMetadata::decode(&[data, vec![0]].concat()).is_err());
}

#[test]
fn a_direct_conversation_names_its_two_members_creator_first() {
    let dm = ImmutableMetadata {
        kind: ConversationKind::Dm,
        creator: inbox(2),
        dm_members: Some((inbox(2), inbox(1))),
        oneshot: None,
    };
    let data = dm.encode().unwrap();
    let wire = GroupMetadataV1::decode(&data[2..]).unwrap();
    assert_eq!(wire.dm_members.unwrap().dm_member_one.unwrap().inbox_id, inbox(2).to_string());
    assert_eq!(ImmutableMetadata::decode(&data), Ok(dm.clone()));
    let without = ImmutableMetadata { dm_members: None, ..dm };
    assert_eq!(
        ImmutableMetadata::decode(&without.encode().unwrap()),
        Err(MetadataError::Missing("the members of a direct conversation"))
    );
}

#[test]
fn conversation_types_that_cannot_be_joined_are_named() {
    let of = |number| {
        let wire =
            GroupMetadataV1 { conversation_type: number, creator_inbox_id: inbox(1).to_string(), ..Default::default() };
        ImmutableMetadata::decode(&VLBytes::from(wire.encode_to_vec()).tls_serialize_detached().unwrap())
    };
    assert_eq!(of(3).map(|metadata| metadata.kind), Ok(ConversationKind::Sync));
    assert_eq!(of(4), Err(MetadataError::Missing("the message of a one-shot group")));
    assert_eq!(of(0), Err(MetadataError::UnknownType));
    assert_eq!(of(9), Err(MetadataError::UnknownType));
}

#[test]
fn a_new_group_starts_with_the_attributes_of_released_clients() {
    let options = GroupOptions { name: "Tea".into(), disappear_in_ns: Some(5), ..GroupOptions::default() };
    let group = MutableMetadata::of_group(inbox(1), &options, &[7; 32]);
    let attributes: Vec<_> = group.attributes.iter().map(|(key, value)| (key.as_str(), value.as_str())).collect();
    let signer = "07".repeat(32);
    assert_eq!(
        attributes,
        [
            ("_commit_log_signer", signer.as_str()),
            ("app_data", ""),
            ("description", ""),
            ("group_image_url_square", ""),
            ("group_name", "Tea"),
            ("message_disappear_in_ns", "5"),
        ]
    );
    assert_eq!(group.role_of(&inbox(1)), Role::SuperAdmin);
    assert_eq!((group.disappear_from_ns(), group.disappear_in_ns()), (None, Some(5)));
    let dm = MutableMetadata::of_dm(&options, &[7; 32]);
    assert_eq!((dm.attribute(NAME), dm.attribute(APP_DATA), dm.disappear_in_ns()), (Some(""), None, Some(5)));
    assert_eq!(dm.role_of(&inbox(1)), Role::Member);
}

#[test]
fn both_lists_must_be_there() {
    let without = |admins: Option<Inboxes>, super_admins: Option<Inboxes>| {
        let wire = GroupMutableMetadataV1 { admin_list: admins, super_admin_list: super_admins, ..Default::default() };
        MutableMetadata::decode(&wire.encode_to_vec())
    };
    let list = || Some(Inboxes::default());
    assert!(without(list(), list()).is_ok());
    assert_eq!(without(None, list()), Err(MetadataError::Missing("the admin list")));
    assert_eq!(without(list(), None), Err(MetadataError::Missing("the super admin list")));
}

#[test]
fn an_admin_that_is_no_inbox_is_kept_and_means_nothing() {
    let wire = GroupMutableMetadataV1 {
        admin_list: Some(Inboxes { inbox_ids: vec!["bot".into(), inbox(3).to_string()] }),
        super_admin_list: Some(Inboxes::default()),
        ..Default::default()
    };
    let metadata = MutableMetadata::decode(&wire.encode_to_vec()).unwrap();
    assert_eq!(metadata.admins, BTreeSet::from([inbox(3)]));
    assert_eq!(MutableMetadata::decode(&metadata.encode()), Ok(metadata));
}

#[test]
fn options_that_are_too_long_are_refused_by_name() {
    let at = |length| GroupOptions { name: "ü".repeat(length), ..GroupOptions::default() }.check();
    assert!(at(50).is_ok());
    let too_long = at(51).unwrap_err().to_string();
    assert!(too_long.contains("group_name has 102 bytes and may have 100"), "{too_long}");
}

proptest! {
    #[test]
    fn mutable_metadata_survives_the_wire(
        attributes in proptest::collection::btree_map(".{0,8}", ".{0,8}", 0..5),
        admins in proptest::collection::btree_set(any::<u8>().prop_map(inbox), 0..4),
        super_admins in proptest::collection::btree_set(any::<u8>().prop_map(inbox), 0..4),
    ) {
        let metadata = MutableMetadata { attributes, admins, super_admins, ..Default::default() };
        prop_assert_eq!(MutableMetadata::decode(&metadata.encode()), Ok(metadata));
    }

    #[test]
    fn no_bytes_make_it_panic(bytes: Vec<u8>) {
        let _ = MutableMetadata::decode(&bytes);
        let _ = ImmutableMetadata::decode(&bytes);
    }
}

#[test]
fn a_one_shot_group_carries_a_request() {
    let request = ReaddRequest { group: GroupId::from([7; 16]), latest: SequenceId::new(300) };
    let kind = ConversationKind::Oneshot;
    let metadata = ImmutableMetadata { kind, creator: inbox(1), dm_members: None, oneshot: Some(request) };
    let data = metadata.encode().unwrap();
    assert_eq!(ImmutableMetadata::decode(&data), Ok(metadata));
    // Field 5 of the metadata, field 1 of the message: group id and number.
    let request = format!("2a170a150a10{}10ac02", "07".repeat(16));
    assert!(hex::encode(data).ends_with(&request));
}
