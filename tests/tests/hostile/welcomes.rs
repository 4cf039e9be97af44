//! Somebody sends welcomes that are valid MLS and break a rule of `xips/welcomes.md`.
use super::cast::Cast;
use std::collections::BTreeSet;
use xmtp_client::{Client, ConversationKind, GroupId, GroupQuery, PolicySet};
use xmtp_testkit::hostile::{Edit, ForgedWelcome};
use xmtp_types::SequenceId;

/// What a group of mallory and victor looks like if all is well, and another member in it.
struct Plan {
    well: Vec<Edit>,
    dm: Vec<Edit>,
}

impl Plan {
    async fn new(cast: &Cast, victor: &Client) -> Self {
        let (own, peer) = (cast.mallory.inbox(), victor.inbox_id());
        let numbers = [own, peer];
        let mut well = Vec::new();
        for inbox in numbers {
            well.push(Edit::Member(inbox, cast.mallory.number_of(inbox).await.unwrap()));
        }
        let dm = [
            Edit::Kind(ConversationKind::Dm),
            Edit::DmMembers(own, peer),
            Edit::NoSuperAdmin(own),
            Edit::Permissions(PolicySet::dm()),
        ];
        let dm = well.iter().cloned().chain(dm).collect();
        Self { well, dm }
    }

    fn well(&self, more: impl Into<Vec<Edit>>) -> ForgedWelcome {
        let edits = self.well.iter().cloned().chain(more.into()).collect();
        ForgedWelcome { edits, ..ForgedWelcome::default() }
    }

    fn dm(&self, more: impl Into<Vec<Edit>>) -> ForgedWelcome {
        let edits = self.dm.iter().cloned().chain(more.into()).collect();
        ForgedWelcome { edits, ..ForgedWelcome::default() }
    }
}

async fn groups(client: &Client) -> BTreeSet<GroupId> {
    let query = GroupQuery::everything();
    client.conversations().list(query).await.unwrap().iter().map(|group| group.id().clone()).collect()
}

#[tokio::test] // WE.R1, WE.R2, WE.R3, WE.R4, WE.R5, WE.R6, WE.R7
async fn welcomes_that_break_a_rule_are_passed_over_and_the_one_behind_them_is_taken() {
    let mut cast = Cast::new().await;
    let known = cast.group(PolicySet::all_members()).await;
    let (victor, other) = (cast.bob.client.clone(), cast.stranger().await);
    let private = cast.alice.client.conversations().dm(victor.inbox_id()).await.unwrap();
    victor.conversations().sync_all().await.unwrap();
    let plan = Plan::new(&cast, &victor).await;
    let (own, peer, third) = (cast.mallory.inbox(), victor.inbox_id(), other.inbox_id());
    let of_other = cast.mallory.number_of(third).await.unwrap();
    let with = |package: Vec<u8>, welcome: ForgedWelcome| ForgedWelcome { others: vec![package], ..welcome };
    let as_peer = other.forge_key_package(peer).await.unwrap();
    let as_itself = other.forge_key_package(third).await.unwrap();
    let rows = vec![
        ("WE.R1", plan.well([Edit::Member(peer, SequenceId::ZERO)])),
        ("WE.R1", plan.well([Edit::Member(peer, SequenceId::new(1 << 40))])),
        ("WE.R2", with(as_peer.clone(), plan.well([]))),
        ("WE.R2", with(as_itself, plan.well([]))),
        ("WE.R2", with(as_peer, plan.well([Edit::Member(third, of_other)]))),
        ("WE.R3", plan.well([Edit::Member(third, of_other)])),
        ("WE.R4", plan.dm([Edit::DmMembers(own, third)])),
        ("WE.R4", plan.dm([Edit::DmMembers(third, peer)])),
        ("WE.R4", plan.well([Edit::DmMembers(own, peer)])),
        ("WE.R4", plan.well([Edit::Kind(ConversationKind::Sync)])),
        ("WE.R5", plan.dm([Edit::Admin(own)])),
        ("WE.R5", plan.dm([Edit::SuperAdmin(own)])),
        ("WE.R6", plan.dm([Edit::Permissions(PolicySet::all_members())])),
        ("WE.R7", ForgedWelcome { group: Some(private.id().clone()), ..plan.well([]) }),
    ];
    let before = groups(&victor).await;
    for (number, (rule, welcome)) in rows.into_iter().enumerate() {
        cast.bob.refusals();
        cast.mallory.welcome(victor.installation_id(), &welcome, 1).await.unwrap();
        victor.conversations().sync().await.unwrap();
        let refusals = cast.bob.refusals();
        assert!(matches!(refusals.as_slice(), [reason] if reason.contains(rule)), "{rule}, row {number}: {refusals:?}");
        assert_eq!(groups(&victor).await, before, "{rule}, row {number}");
    }
    for welcome in
        [plan.well([]), plan.dm([]), plan.well([Edit::Member(third, of_other), Edit::Failed(other.installation_id())])]
    {
        let before = groups(&victor).await.len();
        cast.mallory.welcome(victor.installation_id(), &welcome, 1).await.unwrap();
        victor.conversations().sync().await.unwrap();
        assert_eq!((groups(&victor).await.len(), cast.bob.refusals()), (before + 1, vec![]));
    }
    cast.go_on(&known, "the group that was there before goes on").await;
}

#[tokio::test] // WE.R8
async fn a_welcome_that_comes_again_changes_nothing() {
    let mut cast = Cast::new().await;
    let victor = cast.bob.client.clone();
    let plan = Plan::new(&cast, &victor).await;
    cast.mallory.welcome(victor.installation_id(), &plan.well([]), 3).await.unwrap();
    victor.conversations().sync().await.unwrap();
    let joined = groups(&victor).await;
    assert_eq!((joined.len(), cast.bob.refusals()), (1, vec![]));
    let group = joined.into_iter().next().unwrap();
    let query = Default::default();
    assert_eq!(cast.bob.group(&group).await.messages(query).await.unwrap().len(), 1, "one entry says who added it");
}
