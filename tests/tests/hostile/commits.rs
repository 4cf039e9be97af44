//! A member sends commits that are valid MLS and break a rule of `xips/commits.md`.
use super::cast::Cast;
use xmtp_client::{AdminChange, GroupId, Policy, PolicySet};
use xmtp_testkit::hostile::{Edit, ForgedCommit, ProposalForm};
use xmtp_types::SequenceId;

/// The extensions of a group context.
const IMMUTABLE_METADATA: u16 = 0xf000;
const MUTABLE_METADATA: u16 = 0xff00;
const MEMBERSHIP: u16 = 0xff01;
const PERMISSIONS: u16 = 0xff02;

/// A name that tells the rows of a table apart, what every refusal says, and the commit.
type Row = (&'static str, &'static str, ForgedCommit);

fn edits(edits: impl Into<Vec<Edit>>) -> ForgedCommit {
    ForgedCommit { edits: edits.into(), ..ForgedCommit::default() }
}

fn set(field: &str, value: &str) -> Edit {
    Edit::Attribute(field.to_owned(), value.to_owned())
}

/// Each commit is refused by every honest member; nothing changes for them, and the group goes on.
async fn refused(cast: &mut Cast, group: &GroupId, rows: Vec<Row>) {
    for (name, says, commit) in rows {
        cast.agree(group, name).await;
        let before = cast.alice.info(group).await;
        cast.honest().into_iter().for_each(|honest| drop(honest.refusals()));
        cast.mallory.commit(group, &commit).await.unwrap();
        for honest in cast.honest() {
            honest.group(group).await.sync().await.unwrap();
            let refusals = honest.refusals();
            assert!(refusals.iter().any(|reason| reason.contains(says)), "{name}: {says}: {refusals:?}");
            assert_eq!(honest.info(group).await, before, "{name}");
        }
        cast.agree(group, name).await;
        cast.go_on(group, name).await;
    }
}

#[tokio::test] // CM.R1, CM.R2, CM.R7, CM.R8, CM.R11, CM.R15
async fn commits_of_a_forbidden_form_are_refused_by_everybody() {
    let mut cast = Cast::new().await;
    let group = cast.group(PolicySet::all_members()).await;
    let (bob, own) = (cast.bob.client.inbox_id(), cast.mallory.inbox());
    let allowed = vec![set("group_name", "allowed, but not like this")];
    let form = |form| ForgedCommit { form, ..edits(allowed.clone()) };
    let odd = |id, data: Option<&[u8]>| edits([Edit::Extension(id, data.map(<[u8]>::to_vec))]);
    let rows = vec![
        ("CM.R1 by reference", "by reference", form(ProposalForm::ByReference)),
        ("CM.R1 pre-shared key", "group message", form(ProposalForm::WithPreSharedKey)),
        ("CM.R2 another name", "CM.R2", ForgedCommit { path_name: Some(bob), ..ForgedCommit::default() }),
        ("CM.R7 name", "CM.R7", edits([set("group_name", &"x".repeat(101))])),
        ("CM.R7 description", "CM.R7", edits([set("description", &"x".repeat(1001))])),
        ("CM.R7 image", "CM.R7", edits([set("group_image_url_square", &"x".repeat(2049))])),
        ("CM.R7 app data", "CM.R7", edits([set("app_data", &"x".repeat(8193))])),
        ("CM.R8 creator", "CM.R8", edits([Edit::Creator(own)])),
        ("CM.R8 made a direct conversation", "CM.R8", edits([Edit::DmMembers(own, bob)])),
        ("CM.R8 unreadable", "cannot be read", odd(IMMUTABLE_METADATA, Some(&[1, 0xff]))),
        ("unreadable metadata", "cannot be read", odd(MUTABLE_METADATA, Some(&[0xff]))),
        ("unreadable permissions", "cannot be read", odd(PERMISSIONS, Some(&[]))),
        ("no membership", "cannot be read", odd(MEMBERSHIP, None)),
        ("CM.R11 disappearing", "CM.R11", edits([set("message_disappear_in_ns", "1")])),
        ("CM.R11 private", "CM.R11", edits([set("_commit_log_signer", "mine")])),
        ("CM.R15 nobody but super admins", "CM.R11", edits([set("minimum_supported_protocol_version", "99.0.0")])),
    ];
    refused(&mut cast, &group, rows).await;
}

#[tokio::test] // CM.R3, CM.R4, CM.R5, CM.R6, CM.R16
async fn commits_that_do_not_fit_the_identity_ledger_are_refused_by_everybody() {
    let mut cast = Cast::new().await;
    let group = cast.group(PolicySet { remove_member: Policy::Allow, ..PolicySet::all_members() }).await;
    let (bob, own, dave) = (cast.bob.client.inbox_id(), cast.mallory.inbox(), cast.dave.inbox_id());
    let number = cast.mallory.number_of(dave).await.unwrap();
    let of_bob = cast.mallory.number_of(bob).await.unwrap();
    let own_name = cast.dave.forge_key_package(dave).await.unwrap();
    let bobs_name = cast.dave.forge_key_package(bob).await.unwrap();
    let adding = |package: &Vec<u8>, edits: Vec<Edit>| ForgedCommit {
        adds: vec![package.clone()],
        edits,
        ..ForgedCommit::default()
    };
    let at_bob = cast.bob.client.installation_id();
    let taking = |edits| ForgedCommit { removes: vec![at_bob], edits, ..ForgedCommit::default() };
    let rows = vec![
        ("CM.R3 lower", "CM.R3", edits([Edit::Member(bob, SequenceId::new(of_bob.as_u64() - 1))])),
        ("CM.R3 unknown", "does not exist", edits([Edit::Member(bob, SequenceId::new(1 << 40))])),
        ("CM.R3 without one", "CM.R3", adding(&own_name, vec![Edit::Member(dave, SequenceId::ZERO)])),
        ("CM.R4 under its own name", "CM.R4", adding(&own_name, vec![])),
        ("CM.R4 under another name", "CM.R4", adding(&bobs_name, vec![])),
        ("CM.R5 leaf without its inbox", "CM.R5", taking(vec![])),
        ("CM.R5 inbox without its leaf", "CM.R5", edits([Edit::NoMember(bob)])),
        ("CM.R5 leaf of another inbox", "CM.R5", taking(vec![Edit::NoMember(cast.carol.client.inbox_id())])),
        ("CM.R6 own inbox", "CM.R6", edits([Edit::NoMember(own)])),
        ("CM.R16 added", "CM.R16", adding(&bobs_name, vec![Edit::Member(dave, number)])),
    ];
    refused(&mut cast, &group, rows).await;
}

#[tokio::test] // CM.R9, CM.R10, CM.R11, CM.R12, CM.R13, CM.R14
async fn commits_that_a_policy_does_not_allow_are_refused_by_everybody() {
    let mut cast = Cast::new().await;
    // What a member may do is what the group needs to go on: describe itself.
    let mut permissions = PolicySet::admin_only();
    permissions.update_metadata.insert("description".to_owned(), Policy::Allow);
    let group = cast.group(permissions.clone()).await;
    let (bob, carol, own, dave) =
        (cast.bob.client.inbox_id(), cast.carol.client.inbox_id(), cast.mallory.inbox(), cast.dave.inbox_id());
    cast.alice.group(&group).await.update_role(bob, AdminChange::AddAdmin).await.unwrap();
    let number = cast.mallory.number_of(dave).await.unwrap();
    let package = cast.dave.forge_key_package(dave).await.unwrap();
    let taken = ForgedCommit {
        removes: vec![cast.carol.client.installation_id()],
        edits: vec![Edit::NoMember(carol)],
        ..ForgedCommit::default()
    };
    let joined =
        ForgedCommit { adds: vec![package], edits: vec![Edit::Member(dave, number)], ..ForgedCommit::default() };
    let open = Edit::Permissions(PolicySet { remove_member: Policy::Allow, ..permissions });
    let rows = vec![
        ("CM.R9 add", "CM.R9", joined),
        ("CM.R10 remove", "CM.R10", taken),
        ("CM.R11 name", "CM.R11", edits([set("group_name", "mine")])),
        ("CM.R11 without a policy", "CM.R11", edits([set("color", "green")])),
        ("CM.R12 make an admin", "CM.R12", edits([Edit::Admin(own)])),
        ("CM.R12 unmake an admin", "CM.R12", edits([Edit::NoAdmin(bob)])),
        ("CM.R13 make a super admin", "CM.R13", edits([Edit::SuperAdmin(own)])),
        ("CM.R13 unmake a super admin", "CM.R13", edits([Edit::NoSuperAdmin(cast.alice.client.inbox_id())])),
        ("CM.R14 permissions", "CM.R14", edits([open])),
    ];
    refused(&mut cast, &group, rows).await;
}

#[tokio::test] // CM.R10, CM.R13, CM.R16
async fn a_super_admin_may_not_do_everything_either() {
    let mut cast = Cast::new().await;
    let group = cast.group_made_by(&cast.as_member, PolicySet::all_members()).await;
    let (bob, own) = (cast.bob.client.inbox_id(), cast.mallory.inbox());
    let maker = cast.as_member.conversations().find(&group).await.unwrap();
    let accomplice = cast.stranger().await;
    maker.add_members(&[accomplice.inbox_id()]).await.unwrap();
    let last = edits([Edit::NoSuperAdmin(own)]);
    let under_another_name = ForgedCommit {
        removes: vec![accomplice.installation_id()],
        adds: vec![accomplice.forge_key_package(bob).await.unwrap()],
        ..ForgedCommit::default()
    };
    let rows = vec![
        ("CM.R13 the last one", "CM.R13", last),
        ("CM.R16 put back under another name", "CM.R16", under_another_name),
    ];
    refused(&mut cast, &group, rows).await;

    maker.update_role(bob, AdminChange::AddSuperAdmin).await.unwrap();
    let taken = ForgedCommit {
        removes: vec![cast.bob.client.installation_id()],
        edits: vec![Edit::NoMember(bob)],
        ..ForgedCommit::default()
    };
    refused(&mut cast, &group, vec![("CM.R10 a super admin", "CM.R10", taken)]).await;
}

#[tokio::test]
async fn a_forged_commit_that_breaks_no_rule_is_taken() {
    let mut cast = Cast::new().await;
    let group = cast.group(PolicySet::all_members()).await;
    cast.mallory.commit(&group, &edits([set("group_name", "as agreed")])).await.unwrap();
    for honest in cast.honest() {
        honest.group(&group).await.sync().await.unwrap();
        assert_eq!(honest.info(&group).await.attributes["group_name"], "as agreed");
        assert_eq!(honest.refusals(), [""; 0]);
    }
}
