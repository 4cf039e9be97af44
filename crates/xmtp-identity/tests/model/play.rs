//! A log of chosen updates, folded by the crate and by the model at once.
use super::{
    Cast, Inbox, Planned, apply,
    compare::{sorted, update as plain, verdict},
    script::{Choices, Next, Script},
};
use std::collections::BTreeMap;
use xmtp_identity::{IdentityUpdate, InboxState, Member, MemberIdentifier, VerifiedUpdate};
use xmtp_types::Timestamp;

/// Updates of one log at most.
const UPDATES: usize = 40;

/// What became of updates: how many were accepted, and how often each rule refused one.
#[derive(Clone, Debug, Default)]
pub(crate) struct Tally {
    pub(crate) accepted: usize,
    pub(crate) refused: BTreeMap<&'static str, usize>,
}

impl Tally {
    pub(crate) fn updates(&self) -> usize {
        self.accepted + self.refused.values().sum::<usize>()
    }
}

/// Folds the log that `bytes` choose, signed by `sign`, with the crate and with the model.
///
/// # Panics
/// If they disagree about an update or a state.
pub(crate) fn play(
    bytes: &[u8],
    cast: &Cast,
    tally: &mut Tally,
    mut sign: impl FnMut(IdentityUpdate<Planned>) -> Option<VerifiedUpdate>,
) {
    let mut choices = Choices::new(bytes);
    let (mut state, mut inbox): (Option<InboxState>, Option<Inbox>) = (None, None);
    let (mut seen, mut accepted) = (Vec::<VerifiedUpdate>::new(), Vec::new());
    for _ in 0..UPDATES {
        if choices.is_empty() {
            break;
        }
        let update = match Script::next(cast, &mut choices, state.as_ref()) {
            Some(Next::Update(update)) => sign(update),
            Some(Next::Again(number)) => number.checked_rem(seen.len()).and_then(|at| seen.get(at)).cloned(),
            None => None,
        };
        let Some(update) = update else { continue };
        let outcome = state.as_ref().map_or_else(|| InboxState::fold([&update]), |state| state.apply(&update));
        let expected = apply(inbox.as_ref(), &plain(&update)).map(sorted);
        assert_eq!(verdict(&outcome), expected, "of {update:?} on {state:?}");
        match (outcome, expected) {
            (Ok(next), Ok(expected)) => {
                tally.accepted += 1;
                check_views(state.as_ref(), &next);
                (state, inbox) = (Some(next), Some(expected));
                accepted.push(update.clone());
            }
            (_, Err(rule)) => *tally.refused.entry(rule).or_default() += 1,
            (Err(_), Ok(_)) => {}
        }
        seen.push(update);
    }
    assert_eq!(InboxState::fold(&accepted).ok(), state, "the accepted updates alone make the same state");
}

/// What is read off a state agrees with the state.
fn check_views(before: Option<&InboxState>, state: &InboxState) {
    assert_eq!(InboxState::from_bytes(&state.to_bytes()).as_ref(), Ok(state));
    let names =
        |state: &InboxState| -> Vec<MemberIdentifier> { state.members().map(Member::identifier).cloned().collect() };
    let (old, new) = (before.map(names).unwrap_or_default(), names(state));
    // ID.R46
    let difference = InboxState::difference(before, state);
    assert!(difference.added.iter().all(|member| new.contains(member) && !old.contains(member)));
    assert!(difference.removed.iter().all(|member| old.contains(member) && !new.contains(member)));
    assert_eq!(old.len() + difference.added.len(), new.len() + difference.removed.len());
    // ID.R45
    let ages: Vec<_> = state.members().map(|member| member.added_at().map_or(u64::MAX, Timestamp::as_nanos)).collect();
    assert!(ages.is_sorted());
    assert!(new.iter().all(|member| !matches!(member, MemberIdentifier::MalformedInstallation(_))));
}
