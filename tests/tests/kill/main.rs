//! A sending client, a receiving client and the node are killed at random moments under load. What was acknowledged is
//! there afterwards, exactly once on every member, and the groups still agree.
//!
//! Each of the three is a process of its own (`kill_actor`) with its data on disk, and dies by SIGKILL. A third client
//! lives in the test itself: it is a member of some groups all the time, comes and goes in another, and reads only when
//! everybody rests.
//!
//! An agent is killed in the same way while people write to it: it handles everything that they say at least once, and what
//! it handles twice is flagged and had begun when it was killed (`agent.rs`).
//!
//! `XMTP_KILL_MOMENTS` says how often to kill (200 unless set), `XMTP_KILL_SEED` repeats the random moments of a run.
#![expect(clippy::panic, clippy::unwrap_used, reason = "a test fails by panicking")]

mod agent;
mod process;
mod promises;
mod setup;
mod world;

use std::{
    env,
    time::{Duration, SystemTime},
};
use world::{Victim, World};
use xmtp_tests::random::Random;

/// How often somebody is killed.
const MOMENTS: usize = 200;
/// Kills between two looks at everything.
const MOMENTS_PER_LOOK: usize = 10;
/// The longest that everybody lives between two kills, in milliseconds.
const LONGEST_LIFE: u64 = 400;
/// Of so many kills of the node, one is followed by an absence that outlasts the patience of every request.
const KILLS_PER_ABSENCE: usize = 8;

#[test]
fn kill_at_any_moment_loses_and_doubles_nothing_acknowledged() {
    let moments = number("XMTP_KILL_MOMENTS").map_or(MOMENTS, |moments| usize::try_from(moments).unwrap());
    let seed = number("XMTP_KILL_SEED").unwrap_or_else(random_seed);
    eprintln!("{moments} kills, XMTP_KILL_SEED={seed}");
    let mut random = Random::from_seed(seed);
    let mut victims: Vec<Victim> = Victim::ALL.into_iter().cycle().take(moments).collect();
    random.shuffle(&mut victims);

    let mut world = World::new(&mut random);
    let mut node_kills = 0;
    for (look, victims) in victims.chunks(MOMENTS_PER_LOOK).enumerate() {
        world.load();
        for victim in victims {
            world.live(Duration::from_millis(random.within(0..LONGEST_LIFE)));
            node_kills += usize::from(*victim == Victim::Node);
            if *victim == Victim::Node && node_kills % KILLS_PER_ABSENCE == 1 {
                world.kill_for_long(&mut random);
            } else {
                world.kill(*victim, &mut random);
            }
        }
        world.rest();
        world.look();
        eprintln!("{} kills: {}", look * MOMENTS_PER_LOOK + victims.len(), world.summary());
    }
    world.finish();
}

pub(crate) fn number(variable: &str) -> Option<u64> {
    env::var(variable).ok().map(|value| value.parse().unwrap_or_else(|_| panic!("{variable} is not a number")))
}

pub(crate) fn random_seed() -> u64 {
    #[expect(clippy::disallowed_methods, reason = "another seed for each run; it is printed")]
    let now = SystemTime::now();
    now.duration_since(SystemTime::UNIX_EPOCH).unwrap().as_secs()
}
