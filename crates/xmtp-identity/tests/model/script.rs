//! From bytes to a log: whoever chooses the bytes, chance or a fuzzer, chooses who does what to an inbox.
//!
//! Most of what is chosen is allowed, because a log that is refused at once shows little; about every fifth choice goes
//! wrong in one of the ways that the rules know.
use xmtp_identity::{Action, IdentityUpdate, InboxState, Member, MemberIdentifier, SignatureKind};
use xmtp_types::{ChainId, Identifier, InboxId, Timestamp};

/// The chain that contracts sign on.
pub(crate) const CHAIN: ChainId = ChainId::new(8453);
/// Another one.
pub(crate) const SECOND_CHAIN: ChainId = ChainId::new(10);
/// Addresses of smart contract wallets. The second is as an account id without `0x` gives it.
pub(crate) const CONTRACTS: [&str; 2] =
    ["0xabcdef0000000000000000000000000000000001", "abcdef0000000000000000000000000000000002"];

/// Everyone who can appear in a log.
#[derive(Debug)]
pub(crate) struct Cast {
    pub(crate) wallets: Vec<Identifier>,
    pub(crate) passkeys: Vec<Identifier>,
    pub(crate) installations: Vec<MemberIdentifier>,
    /// Inboxes that the wallets create with nonce 0 and 1, and one of nobody.
    pub(crate) inboxes: Vec<InboxId>,
}

/// A signature to be made.
#[derive(Clone, Debug)]
pub(crate) struct Planned {
    pub(crate) signer: MemberIdentifier,
    pub(crate) kind: SignatureKind,
    pub(crate) chain: Option<ChainId>,
    /// Which of the signatures made before to use again.
    pub(crate) again: Option<usize>,
}

/// What comes next in a log.
#[derive(Debug)]
pub(crate) enum Next {
    Update(IdentityUpdate<Planned>),
    /// An update of before, by its number modulo those there are.
    Again(usize),
}

/// Bytes being turned into choices. When they are used up all choices are the first one.
pub(crate) struct Choices<'a>(&'a [u8]);

impl<'a> Choices<'a> {
    pub(crate) const fn new(bytes: &'a [u8]) -> Self {
        Self(bytes)
    }

    pub(crate) const fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    fn byte(&mut self) -> u8 {
        let Some((first, rest)) = self.0.split_first() else { return 0 };
        self.0 = rest;
        *first
    }

    fn below(&mut self, end: u8) -> u8 {
        self.byte().checked_rem(end).unwrap_or(0)
    }

    /// One of `these`, which is never empty.
    fn of<T: Clone>(&mut self, these: &[T]) -> Option<T> {
        let at = usize::from(self.byte()).checked_rem(these.len())?;
        these.get(at).cloned()
    }
}

/// A writer of one update, for an inbox in a known state.
pub(crate) struct Script<'a, 'b> {
    cast: &'a Cast,
    choices: &'a mut Choices<'b>,
    state: Option<&'a InboxState>,
    /// Whom the inbox will have if all goes well: as it is now, and as the update itself changes it.
    members: Vec<MemberIdentifier>,
    recovery: MemberIdentifier,
}

impl<'a, 'b> Script<'a, 'b> {
    /// Chooses what comes next.
    pub(crate) fn next(cast: &'a Cast, choices: &'a mut Choices<'b>, state: Option<&'a InboxState>) -> Option<Next> {
        if choices.below(24) == 23 {
            return Some(Next::Again(usize::from(choices.byte())));
        }
        let first = cast.wallets.first()?.clone();
        let members = state.map(|state| state.members().map(Member::identifier).cloned().collect());
        let recovery = state.map_or(first, |state| state.recovery_identifier().clone());
        let members = members.unwrap_or_default();
        Script { cast, choices, state, members, recovery: recovery.into() }.update().map(Next::Update)
    }

    fn update(mut self) -> Option<IdentityUpdate<Planned>> {
        let mut actions = Vec::new();
        if self.state.is_none() && self.choices.below(16) != 15 {
            actions.push(self.create()?);
        }
        for _ in 0..self.choices.below(4) {
            actions.push(self.action()?);
        }
        let inbox_id = match (self.choices.below(24), self.state, actions.first()) {
            (23, _, _) => self.choices.of(&self.cast.inboxes)?,
            (_, Some(state), _) => *state.inbox_id(),
            (_, None, Some(Action::CreateInbox { initial, nonce, .. })) => {
                xmtp_identity::inbox_id_for(initial, *nonce).unwrap_or(InboxId::from_bytes([9; 32]))
            }
            (_, None, _) => *self.cast.inboxes.first()?,
        };
        let client_timestamp = Timestamp::from_secs(u64::from(self.choices.byte()));
        Some(IdentityUpdate { inbox_id, client_timestamp, actions })
    }

    fn action(&mut self) -> Option<Action<Planned>> {
        match self.choices.below(32) {
            0..18 => self.add(),
            18..25 => self.revoke(),
            25..31 => self.change_recovery(),
            _ => self.create(),
        }
    }

    fn create(&mut self) -> Option<Action<Planned>> {
        let initial = match self.choices.below(12) {
            0..7 => self.choices.of(&self.cast.wallets)?,
            7 | 8 => self.choices.of(&self.cast.passkeys)?,
            9 | 10 => self.contract()?,
            _ => self.mixed_case()?,
        };
        let signature = self.signature(initial.clone().into())?;
        self.members.push(initial.clone().into());
        self.recovery = initial.clone().into();
        Some(Action::CreateInbox { initial, nonce: u64::from(self.choices.below(8) / 7), signature })
    }

    fn add(&mut self) -> Option<Action<Planned>> {
        let new_member = self.anyone()?;
        let existing = match self.choices.below(16) {
            0..12 => self.choices.of(&self.members).unwrap_or_else(|| self.recovery.clone()),
            12..15 => self.recovery.clone(),
            _ => self.anyone()?,
        };
        let existing_member_signature = self.signature(existing)?;
        let new_member_signature = self.signature(new_member.clone())?;
        self.members.push(new_member.clone());
        Some(Action::Add { new_member, existing_member_signature, new_member_signature })
    }

    fn revoke(&mut self) -> Option<Action<Planned>> {
        let member = match self.choices.below(4) {
            0..3 if !self.members.is_empty() => self.choices.of(&self.members)?,
            _ => self.anyone()?,
        };
        let recovery_signature = self.signature(self.recovery.clone())?;
        self.members.retain(|present| *present != member);
        Some(Action::Revoke { member, recovery_signature })
    }

    fn change_recovery(&mut self) -> Option<Action<Planned>> {
        let new_recovery = match self.choices.below(16) {
            0..8 => self.choices.of(&self.cast.wallets)?,
            8..11 => self.choices.of(&self.cast.passkeys)?,
            11..15 => self.contract()?,
            _ => self.mixed_case()?,
        };
        let recovery_signature = self.signature(self.recovery.clone())?;
        self.recovery = new_recovery.clone().into();
        Some(Action::ChangeRecovery { new_recovery, recovery_signature })
    }

    /// A signature by `signer`: the one it has to make, or now and then another.
    fn signature(&mut self, signer: MemberIdentifier) -> Option<Planned> {
        let mut planned = self.natural(signer);
        match self.choices.below(40) {
            0 => planned.signer = self.anyone()?,
            1 => planned.signer = self.recovery.clone(),
            2 | 3 => planned.kind = SignatureKind::LegacyDelegated,
            4 => planned.kind = self.choices.of(&[SignatureKind::Passkey, SignatureKind::Installation])?,
            5 => planned.kind = SignatureKind::Erc191,
            6 => (planned.kind, planned.chain) = (SignatureKind::Erc1271, Some(SECOND_CHAIN)),
            7 => (planned.kind, planned.chain) = (SignatureKind::Erc1271, Some(CHAIN)),
            8 => planned.again = Some(usize::from(self.choices.byte())),
            _ => {}
        }
        if planned.kind != SignatureKind::Erc1271 {
            planned.chain = None;
        }
        Some(planned)
    }

    /// The signature that `signer` makes of its own accord: as it did when it became a member.
    fn natural(&self, signer: MemberIdentifier) -> Planned {
        let recorded = self.state.and_then(|state| state.member(&signer)).map(Member::chain_id);
        let text = signer.to_string();
        let chain = recorded.unwrap_or_else(|| CONTRACTS.contains(&text.as_str()).then_some(CHAIN));
        let kind = match &signer {
            MemberIdentifier::Identifier(Identifier::Passkey { .. }) => SignatureKind::Passkey,
            MemberIdentifier::Identifier(_) if chain.is_some() => SignatureKind::Erc1271,
            MemberIdentifier::Identifier(_) => SignatureKind::Erc191,
            _ => SignatureKind::Installation,
        };
        Planned { signer, kind, chain, again: None }
    }

    fn anyone(&mut self) -> Option<MemberIdentifier> {
        Some(match self.choices.below(20) {
            0..7 => self.choices.of(&self.cast.wallets)?.into(),
            7..10 => self.choices.of(&self.cast.passkeys)?.into(),
            10..16 => self.choices.of(&self.cast.installations)?,
            16..18 => self.contract()?.into(),
            18 => self.mixed_case()?.into(),
            _ => MemberIdentifier::MalformedInstallation(vec![1, 2, 3]),
        })
    }

    fn contract(&mut self) -> Option<Identifier> {
        self.choices.of(&CONTRACTS).map(|address| Identifier::Ethereum(address.to_owned()))
    }

    fn mixed_case(&mut self) -> Option<Identifier> {
        let text = self.choices.of(&self.cast.wallets)?.to_string();
        Some(Identifier::Ethereum(text.to_ascii_uppercase().replacen("0X", "0x", 1)))
    }
}
