//! A world in one process: a network that is a `Vec`, an identity ledger of real updates, and installations that are
//! driven over it as a client would drive them.

mod actor;
mod network;
mod store;

pub(crate) use actor::Actor;
pub(crate) use network::Shared;
pub(crate) use store::Watched;
use xmtp_mls::GroupOptions;
use xmtp_types::GroupId;

/// An inbox for each name, each with one registered installation, and a group the first of them made with all others
/// in it.
pub(crate) fn group_of<const N: usize>(network: &Shared) -> ([Actor; N], GroupId) {
    group_with(network, &GroupOptions::default())
}

/// Like [`group_of`], of a group with these options.
pub(crate) fn group_with<const N: usize>(network: &Shared, options: &GroupOptions) -> ([Actor; N], GroupId) {
    let mut actors: [Actor; N] = std::array::from_fn(|_| Actor::register(network));
    let others: Vec<_> = actors[1..].iter().map(Actor::inbox).collect();
    let group = actors[0].create_group_with(options);
    actors[0].add(&group, &others);
    actors.iter_mut().for_each(Actor::sync);
    (actors, group)
}

/// Every actor is in the same state of the group.
#[track_caller]
pub(crate) fn assert_agree<'a>(actors: impl IntoIterator<Item = &'a mut Actor>, group: &GroupId) {
    let states: Vec<_> = actors.into_iter().map(|actor| actor.info(group).epoch_authenticator).collect();
    assert!(states.windows(2).all(|pair| pair[0] == pair[1]), "the members are in different states");
}
