//! What is measured of groups.
use super::{World, world};
use crate::{Operation, Work};
use anyhow::Result;
use std::{cell::RefCell, hint::black_box, rc::Rc, sync::Arc};
use xmtp_mls::Intent;
use xmtp_storage::{MemoryStore, Store};
use xmtp_types::{Delivered, GroupId, Topic};

/// Messages read in one transaction.
const BATCH: usize = 100;
const TEXT: [u8; 200] = [b'x'; 200];

/// The operations over memory, of the smallest group and the largest.
///
/// # Errors
/// If a step fails.
pub fn operations() -> Result<Vec<Operation>> {
    operations_over("mls", &[2, 250], &|_| Ok(Arc::new(MemoryStore::new())))
}

/// The operations of groups of these sizes, as a layer of this name, over stores that `store` makes.
///
/// # Errors
/// If a step fails.
pub fn operations_over(
    layer: &str,
    sizes: &[usize],
    store: &dyn Fn(&str) -> Result<Arc<dyn Store>>,
) -> Result<Vec<Operation>> {
    let most = sizes.iter().copied().max().unwrap_or(2);
    let world = world(u64::try_from(most.saturating_sub(2))?, store)?;
    let mut all = Vec::new();
    for size in sizes {
        let group = world.borrow_mut().joined(*size)?;
        // One that she makes a group of this size, as no group has room for more than 250.
        let smaller = world.borrow_mut().joined((*size - 1).max(2))?;
        let of = |what: &str| format!("{what}, {size} members");
        let shared = || (Rc::clone(&world), group.clone());
        all.push(Operation::with(layer, of("message sent"), Send { world: Rc::clone(&world), group: group.clone() }));
        all.push(Operation::with(layer, of("message read"), Read::new(shared(), 1)));
        all.push(Operation::with(layer, of("hundred messages read"), Read::new(shared(), BATCH)));
        all.push(Operation::with(layer, of("name changed"), Rename::new(shared())));
        all.push(Operation::with(layer, of("change of the name read"), ReadRename(Rename::new(shared()), Vec::new())));
        all.push(Operation::with(
            layer,
            of("member added"),
            Add { world: Rc::clone(&world), group: smaller, is_in: false },
        ));
        all.push(Operation::with(layer, of("group created"), Create { world: Rc::clone(&world), size: *size }));
        all.push(Operation::with(layer, of("group joined"), Join { world: Rc::clone(&world), size: *size }));
    }
    Ok(all)
}

/// Alice sends a message: sealed in a durable transaction, and noted as sent in another.
struct Send {
    world: Rc<RefCell<World>>,
    group: GroupId,
}

impl Work for Send {
    fn run(&mut self) -> Result<()> {
        let world = &mut *self.world.borrow_mut();
        let sealed = world.alice.seal(&self.group, &TEXT)?;
        world.alice.post(sealed)
    }
}

/// Bob reads messages that came at once.
struct Read {
    world: Rc<RefCell<World>>,
    group: GroupId,
    count: usize,
    news: Vec<Delivered>,
}

impl Read {
    fn new((world, group): (Rc<RefCell<World>>, GroupId), count: usize) -> Self {
        Self { world, group, count, news: Vec::new() }
    }
}

impl Work for Read {
    fn ready(&mut self) -> Result<()> {
        let world = &mut *self.world.borrow_mut();
        let topic = Topic::group(&self.group);
        world.bob.pull(&topic)?;
        for _ in 0..self.count {
            let sealed = world.alice.seal(&self.group, &TEXT)?;
            world.alice.post(sealed)?;
        }
        self.news = world.bob.news(&topic)?;
        Ok(())
    }

    fn run(&mut self) -> Result<()> {
        self.world.borrow_mut().bob.ingest(&self.news)
    }
}

/// Alice gives the group a new name, from the wish to the end.
struct Rename {
    world: Rc<RefCell<World>>,
    group: GroupId,
    name: String,
}

impl Rename {
    fn new((world, group): (Rc<RefCell<World>>, GroupId)) -> Self {
        Self { world, group, name: String::new() }
    }
}

impl Work for Rename {
    fn ready(&mut self) -> Result<()> {
        self.name = self.world.borrow_mut().new_name();
        Ok(())
    }

    fn run(&mut self) -> Result<()> {
        let intent = Intent::UpdateMetadata { field: "group_name".to_owned(), value: self.name.clone() };
        self.world.borrow_mut().alice.commit(&self.group, &intent)
    }
}

/// Bob reads that the group has a new name.
struct ReadRename(Rename, Vec<Delivered>);

impl Work for ReadRename {
    fn ready(&mut self) -> Result<()> {
        let topic = Topic::group(&self.0.group);
        self.0.world.borrow_mut().bob.pull(&topic)?;
        self.0.ready()?;
        self.0.run()?;
        self.1 = self.0.world.borrow().bob.news(&topic)?;
        Ok(())
    }

    fn run(&mut self) -> Result<()> {
        self.0.world.borrow_mut().bob.ingest(&self.1)
    }
}

/// Alice adds Carol.
struct Add {
    world: Rc<RefCell<World>>,
    group: GroupId,
    is_in: bool,
}

impl Add {
    fn change(&mut self, is_in: bool) -> Result<()> {
        let world = &mut *self.world.borrow_mut();
        let (mut add, mut remove) = (vec![world.carol], Vec::new());
        if !is_in {
            std::mem::swap(&mut add, &mut remove);
        }
        self.is_in = is_in;
        world.alice.commit(&self.group, &Intent::UpdateMembers { add, remove })
    }
}

impl Work for Add {
    fn ready(&mut self) -> Result<()> {
        if self.is_in { self.change(false) } else { Ok(()) }
    }

    fn run(&mut self) -> Result<()> {
        self.change(true)
    }
}

/// Alice makes a group of all of them.
struct Create {
    world: Rc<RefCell<World>>,
    size: usize,
}

impl Work for Create {
    fn run(&mut self) -> Result<()> {
        black_box(self.world.borrow_mut().create(self.size)?);
        Ok(())
    }
}

/// Bob joins a group of all of them.
struct Join {
    world: Rc<RefCell<World>>,
    size: usize,
}

impl Work for Join {
    fn ready(&mut self) -> Result<()> {
        let world = &mut *self.world.borrow_mut();
        world.join()?;
        world.create(self.size)?;
        Ok(())
    }

    fn run(&mut self) -> Result<()> {
        self.world.borrow_mut().join()
    }
}
