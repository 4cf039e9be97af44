//! Two installations that work, and as many as a group can have that only are in it.
use super::{Member, Network};
use anyhow::{Context, Result, ensure};
use std::{cell::RefCell, rc::Rc, sync::Arc};
use xmtp_storage::{MemoryStore, Store};
use xmtp_types::{GroupId, InboxId, Topic};

/// Alice, who does things; Bob, who reads what she does; and the inboxes of all others.
#[derive(Debug)]
pub struct World {
    /// Who changes groups and sends.
    pub alice: Member,
    /// Who reads.
    pub bob: Member,
    /// Somebody in no group until she is added.
    pub carol: InboxId,
    others: Vec<InboxId>,
    names: u32,
}

/// A world of this many inboxes beside Alice, Bob and Carol. Alice and Bob keep what they know in stores that `store`
/// makes.
///
/// # Errors
/// If a step fails.
pub fn world(others: u64, store: &dyn Fn(&str) -> Result<Arc<dyn Store>>) -> Result<Rc<RefCell<World>>> {
    let network = Network::new()?;
    let alice = Member::register(&network, 1, store("alice")?)?;
    let bob = Member::register(&network, 2, store("bob")?)?;
    let stranger = |seed| Ok(Member::register(&network, seed, Arc::new(MemoryStore::new()))?.inbox());
    let carol = stranger(3)?;
    let others = (0..others).map(|number| stranger(4 + number)).collect::<Result<_>>()?;
    Ok(Rc::new(RefCell::new(World { alice, bob, carol, others, names: 0 })))
}

impl World {
    /// Makes a group of so many members, Alice and Bob among them; Bob has not read his welcome.
    ///
    /// # Errors
    /// If a step fails or there are not so many.
    pub fn create(&mut self, members: usize) -> Result<GroupId> {
        let others = self.others.get(..members.saturating_sub(2)).context("the world has not so many inboxes")?;
        let mut all = vec![self.bob.inbox()];
        all.extend(others);
        self.alice.create_group(&all)
    }

    /// A name that no group had yet, as long as all others.
    pub(super) fn new_name(&mut self) -> String {
        self.names += 1;
        format!("{:08}", self.names)
    }

    /// Lets Bob join what he was welcomed to.
    ///
    /// # Errors
    /// If a step fails.
    pub fn join(&mut self) -> Result<()> {
        let welcomes = self.bob.welcomes();
        self.bob.pull(&welcomes)
    }

    /// As [`World::create`], and Bob has joined.
    ///
    /// # Errors
    /// If a step fails.
    pub fn joined(&mut self, members: usize) -> Result<GroupId> {
        let group = self.create(members)?;
        self.join()?;
        self.bob.pull(&Topic::group(&group))?;
        ensure!(self.alice.state_of(&group)? == self.bob.state_of(&group)?, "two members are in different states");
        Ok(group)
    }
}
