//! One run: a founder, its group, and what the seed makes of them.
use crate::{
    act::{Act, Line},
    check,
    clock::SimClock,
    group,
    member::{Member, Said},
    truth,
};
use anyhow::{Context, Result, bail};
use std::{collections::BTreeMap, time::Duration};
use xmtp_client::{Client, ClientError, Clock as _, EngineError, GroupId, GroupOptions, InboxId};
use xmtp_delivery::LocalTransport;
use xmtp_tests::random::Random;

/// How long a stream is read in passing.
const A_WHILE: Duration = Duration::from_secs(5);
/// How long everybody listens once nothing is lost any more.
const QUIET: Duration = Duration::from_secs(60);
/// Rounds in which everybody syncs and listens. Each can end a conflict that the one before left.
const ROUNDS: usize = 4;

/// Installations that play along at most.
const MOST_INSTALLATIONS: usize = 7;
/// So long after the last comparison a group is compared with the identity ledger while it is synced.
const HALF_AN_HOUR: Duration = Duration::from_secs(31 * 60);

struct Run {
    random: Random,
    clock: SimClock,
    network: LocalTransport,
    members: Vec<Member>,
    inboxes: Vec<InboxId>,
    group: GroupId,
    talk: Talk,
    is_told: bool,
}

/// How many messages a member says at most when it says something.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Talk(pub(crate) u64);

impl Talk {
    /// Where one message is the most nothing is drawn, so that seeds go on meaning the runs they always meant.
    fn draw(self, random: &mut Random) -> u64 {
        if self.0 > 1 { random.within(1..self.0 + 1) } else { 1 }
    }
}

/// Plays one run. Gives the messages that members have in the end, each as often as somebody has it.
///
/// # Errors
/// What was violated.
pub(crate) fn run(seed: u64, talk: Talk, is_told: bool) -> Result<u64> {
    let mut run = Run::begin(seed, talk, is_told)?;
    for number in 0..run.random.within(20..60) {
        run.act(number)?;
    }
    run.quieten()?;
    run.judge()
}

impl Run {
    fn begin(seed: u64, talk: Talk, is_told: bool) -> Result<Self> {
        let mut random = Random::from_seed(seed);
        let clock = SimClock::new();
        let network = LocalTransport::with_clock({
            let clock = clock.clone();
            move || clock.now()
        });
        let count = usize::try_from(random.within(3..6)).unwrap_or(3);
        let members: Vec<_> =
            (0..count).map(|place| Member::register(place, &network, &clock)).collect::<Result<_>>()?;
        let inboxes: Vec<_> = members.iter().map(|member| member.inbox).collect();
        let invited: Vec<_> = inboxes.iter().skip(1).filter(|_| random.within(0..3) > 0).copied().collect();
        let founder = members.first().context("nobody is there")?;
        let create =
            async |client: &Client| client.conversations().create_group(&invited, GroupOptions::default()).await;
        let group = founder.run(create)??.id().clone();
        Ok(Self { random, clock, network, members, inboxes, group, talk, is_told })
    }

    fn act(&mut self, number: u64) -> Result<()> {
        let count = self.members.len();
        let place = usize::try_from(self.random.within(0..count as u64)).unwrap_or(0);
        let act = Act::draw(&mut self.random, count);
        let outcome = self.perform(place, act, format!("{number} by {place}"));
        if self.is_told {
            let told = match &outcome {
                Ok(Ok(())) => "done".to_owned(),
                Ok(Err(error)) => error.to_string(),
                Err(violation) => format!("{violation:#}"),
            };
            println!("{number}: member {place}: {act:?}: {told}");
            self.note_events();
        }
        tolerate(outcome?).with_context(|| format!("act {number}, {act:?} by member {place}"))
    }

    fn perform(&mut self, place: usize, act: Act, text: String) -> Result<Result<(), ClientError>> {
        let count = self.members.len();
        let member = self.members.get_mut(place).context("no such member")?;
        let (group, inboxes) = (&self.group, &self.inboxes);
        Ok(match act {
            Act::Wait(time) => {
                self.clock.pass(time);
                Ok(())
            }
            Act::Reconnect(line) => {
                member.restart(line, &mut self.random)?;
                Ok(())
            }
            Act::Link => {
                if count < MOST_INSTALLATIONS {
                    let second = member.second(count)?;
                    self.inboxes.push(second.inbox);
                    self.members.push(second);
                }
                Ok(())
            }
            Act::Listen => member.listen(A_WHILE)?,
            Act::Die(after, act) => {
                if matches!(act, Act::Say) {
                    member.said.push(Said { text: text.clone(), to: None, is_accepted: false });
                }
                let begin = async |client: &Client| drop(group::perform(client, group, act, &text, inboxes).await);
                member.run_and_die(after, begin)?;
                member.restart(Line::Rough, &mut self.random)?;
                Ok(())
            }
            Act::Say | Act::SayLater | Act::Whisper(_) => {
                let to = if let Act::Whisper(place) = act { Some(place) } else { None };
                let mut outcome = Ok(());
                for part in 0..self.talk.draw(&mut self.random) {
                    let text = if part == 0 { text.clone() } else { format!("{text}, part {part}") };
                    outcome = member.run(async |client| group::perform(client, group, &act, &text, inboxes).await)?;
                    let is_accepted = matches!(outcome, Ok(()) | Err(ClientError::Queued { .. }));
                    member.said.push(Said { text, to, is_accepted });
                    if outcome.as_ref().is_err_and(|error| !is_tolerable(error)) {
                        break;
                    }
                }
                outcome
            }
            _ => member.run(async |client| group::perform(client, group, &act, &text, inboxes).await)?,
        })
    }

    /// The line heals, and everybody goes on until nobody has anything left to say or to hear.
    fn quieten(&mut self) -> Result<()> {
        for member in &mut self.members {
            member.restart(Line::Good, &mut self.random)?;
        }
        for _ in 0..ROUNDS {
            self.clock.pass(HALF_AN_HOUR);
            for member in &self.members {
                let synced = member.run(async |client| client.conversations().sync_all().await)?;
                synced.with_context(|| format!("member {} cannot sync over a good line", member.place))?;
            }
            if self.is_told {
                println!("quiet");
            }
            self.note_events();
            // What has to be done from time to time is done by who is live, such as letting go who asked to leave.
            for member in &mut self.members {
                member.listen(QUIET)?.with_context(|| format!("member {} cannot listen", member.place))?;
            }
        }
        Ok(())
    }

    fn note_events(&mut self) {
        self.members.iter_mut().for_each(|member| member.note_events(self.is_told));
    }

    fn judge(&mut self) -> Result<u64> {
        self.note_events();
        let see = |member: &Member| member.run(async |client| check::see(client, &self.group).await)?;
        let seen: Vec<_> = self.members.iter().map(see).collect::<Result<_>>()?;
        let founder = self.members.first().context("nobody is there")?;
        let log = founder.run(async |_| truth::log(&self.network, &self.group).await)??;
        if self.is_told {
            log.iter().for_each(truth::tell);
        }
        let Some(Some(first)) = seen.first() else { bail!("the founder has lost the group") };
        let truth = truth::work_out(&log, &first.messages, founder.inbox)?;
        let whispered = |member: &Member| member.run(async |client| check::whispered(client).await)?;
        let whispered: Vec<_> = self.members.iter().map(whispered).collect::<Result<_>>()?;
        check::check(&self.members, &seen, &whispered, &truth)?;
        let in_group: usize = seen.iter().flatten().map(|seen| seen.messages.len()).sum();
        Ok((in_group + whispered.iter().map(BTreeMap::len).sum::<usize>()) as u64)
    }
}

/// Lets pass what a bad line, a contested group or a missing right may lead to.
fn tolerate(outcome: Result<(), ClientError>) -> Result<()> {
    match outcome {
        Err(error) if !is_tolerable(&error) => Err(error.into()),
        _ => Ok(()),
    }
}

fn is_tolerable(error: &ClientError) -> bool {
    match error {
        ClientError::NotStored(cause) => is_tolerable(cause),
        ClientError::Engine(error) => matches!(
            error,
            EngineError::Refused(_)
                | EngineError::Inactive(_)
                | EngineError::UnknownGroup
                | EngineError::NotPermitted(_)
                | EngineError::Wish(_)
        ),
        error => error.is_retryable(),
    }
}
