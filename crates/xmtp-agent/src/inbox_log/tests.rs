//! The log against every order of events.
use super::*;
use proptest::prelude::*;
use std::collections::BTreeSet;

#[test]
fn bytes_that_are_no_log_are_refused() {
    for bytes in [&[][..], &[1], &[2], &[2; 16], &[0; 33], &[2; 34]] {
        assert_eq!(InboxLog::from_bytes(bytes), None);
    }
    assert_eq!(InboxLog::from_bytes(&[&[2][..], &[0; 32]].concat()), Some(InboxLog::default()));
}

#[test]
fn a_log_of_the_first_form_goes_on_where_it_was_and_takes_what_was_open_for_a_possible_repeat() {
    let first_form = |positions: &[u64]| {
        let positions = positions.iter().flat_map(|position| position.to_be_bytes());
        [1].into_iter().chain(positions).collect::<Vec<u8>>()
    };
    let mut track = Track::read_first_form(&first_form(&[9, 4, 7])).unwrap();
    assert_eq!(track.resume_from(), StreamPosition::After(3));
    let open: Vec<u64> = (4..=10).filter(|position| track.given(*position)).collect();
    assert_eq!(open, [4, 7, 10]);
    assert_eq!([4, 7, 10].map(|position| track.begun(position)), [true, true, false]);
    for bytes in [&[][..], &[1], &[2; 9], &first_form(&[9, 4])[..16]] {
        assert_eq!(Track::read_first_form(bytes), None);
    }
}

/// One thing that happens to an agent.
#[derive(Clone, Debug)]
enum Event {
    /// The next thing is stored.
    Store,
    /// The agent reads the next one.
    Give,
    /// It begins one that waits, and writes that down.
    Begin(prop::sample::Index),
    /// The handlers of one end.
    End(prop::sample::Index),
    /// It writes down what it knows.
    Write,
    /// It is killed and starts again.
    Crash,
    /// All handlers that run end; it writes that down and starts again.
    Stop,
}

fn event() -> impl Strategy<Value = Event> {
    prop_oneof![
        4 => Just(Event::Store),
        4 => Just(Event::Give),
        4 => any::<prop::sample::Index>().prop_map(Event::Begin),
        4 => any::<prop::sample::Index>().prop_map(Event::End),
        2 => Just(Event::Write),
        1 => Just(Event::Crash),
        1 => Just(Event::Stop),
    ]
}

/// What an agent does with a track, and what is true.
#[derive(Default)]
struct Play {
    track: Track,
    kept: Track,
    stored: u64,
    read: u64,
    waiting: Vec<u64>,
    running: Vec<u64>,
    /// Whose handlers have begun, ever.
    begun: BTreeSet<u64>,
    ended: BTreeSet<u64>,
}

impl Play {
    fn act(&mut self, event: &Event) {
        match event {
            Event::Store => self.stored += 1,
            Event::Give if self.read < self.stored => {
                self.read += 1;
                if self.track.given(self.read) {
                    self.waiting.push(self.read);
                }
            }
            Event::Begin(which) if !self.waiting.is_empty() => {
                let position = self.waiting.remove(which.index(self.waiting.len()));
                assert!(!self.kept_as_handled(position), "{position} came again");
                let may_be_repeat = self.track.begun(position);
                self.write();
                assert_eq!(may_be_repeat, !self.begun.insert(position), "{position} is flagged wrongly");
                self.running.push(position);
            }
            Event::End(which) if !self.running.is_empty() => {
                let position = self.running.remove(which.index(self.running.len()));
                self.ended.insert(position);
                self.track.handled(position);
            }
            Event::Write => self.write(),
            Event::Crash => self.start(),
            Event::Stop => {
                for position in std::mem::take(&mut self.running) {
                    self.ended.insert(position);
                    self.track.handled(position);
                }
                self.write();
                self.start();
            }
            Event::Give | Event::Begin(_) | Event::End(_) => {}
        }
    }

    fn write(&mut self) {
        let log = InboxLog { messages: self.track.clone(), ..InboxLog::default() };
        self.kept = InboxLog::from_bytes(&log.to_bytes()).unwrap().messages;
    }

    fn kept_as_handled(&self, position: u64) -> bool {
        position <= self.kept.given && !self.kept.open.contains_key(&position)
    }

    fn start(&mut self) {
        self.track = self.kept.clone();
        (self.waiting, self.running) = (Vec::new(), Vec::new());
        let StreamPosition::After(read) = self.track.resume_from() else { panic!("not a position") };
        self.read = read;
    }
}

proptest! {
    #[test]
    fn everything_is_handled_at_least_once_and_only_what_had_begun_is_flagged(
        events in proptest::collection::vec(event(), 0..300),
        any_of_them: prop::sample::Index,
    ) {
        let mut play = Play::default();
        for event in &events {
            play.act(event);
        }
        // Left alone, the agent comes to the end of it.
        play.start();
        while play.read < play.stored {
            play.act(&Event::Give);
        }
        while !play.waiting.is_empty() {
            play.act(&Event::Begin(any_of_them));
        }
        while !play.running.is_empty() {
            play.act(&Event::End(any_of_them));
        }
        prop_assert_eq!(play.ended.into_iter().collect::<Vec<_>>(), (1..=play.stored).collect::<Vec<_>>());
    }

    #[test]
    fn an_agent_that_is_never_killed_handles_everything_once_and_flags_nothing(
        events in proptest::collection::vec(event().prop_filter("no crash", |it| !matches!(it, Event::Crash)), 0..300)
    ) {
        let mut play = Play::default();
        let mut handled = Vec::new();
        for event in &events {
            let running = play.running.len();
            play.act(event);
            prop_assert!(play.track.open.values().all(|progress| *progress != Progress::BegunBefore));
            if play.running.len() > running {
                handled.extend(play.running.last().copied());
            }
        }
        let unique: BTreeSet<u64> = handled.iter().copied().collect();
        prop_assert_eq!(unique.len(), handled.len());
    }

    #[test]
    fn random_bytes_never_panic(bytes: Vec<u8>) {
        let _ = (InboxLog::from_bytes(&bytes), Track::read_first_form(&bytes));
    }
}
